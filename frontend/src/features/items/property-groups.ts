/** A record's properties by group, in the order a person looks for them. Pure. */
import type { Item, ObjectType } from '../../api/types'
import { humanizeName } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec, IntegrationDescriptor } from '../descriptor'
import { propertyColumn } from './property-columns'
import { meaningOfProperty } from './property-kinds'

const words = strings.items

export interface PropertyRow {
  readonly name: string
  readonly header: string
  readonly text: string
  /** The id behind a label. */
  readonly raw: string | null
  /** The property as a column of a table. */
  readonly column: ColumnSpec
}

export interface PropertyGroup {
  readonly title: string
  readonly rows: readonly PropertyRow[]
}

interface PropertyGroups {
  /** The account's custom properties first, then the vendor's groups by name. */
  readonly groups: readonly PropertyGroup[]
  /** The vendor's internal properties. */
  readonly system: readonly PropertyRow[]
  readonly empty: readonly PropertyRow[]
}

const SYSTEM = /^hs_/

export function propertyGroups(
  item: Item,
  infos: ObjectType['properties'],
  meanings?: IntegrationDescriptor['meanings'],
): PropertyGroups {
  const byName = new Map(infos.map((info) => [info.name, info]))
  const groups = new Map<string, PropertyRow[]>()
  const system: PropertyRow[] = []
  const empty: PropertyRow[] = []
  for (const name of Object.keys(item.properties)) {
    const info = byName.get(name)
    const header = info?.label ? info.label : humanizeName(name)
    const column = { ...propertyColumn(name, header), ...meaningOfProperty(name, info, meanings) }
    const row = { name, header, text: column.text(item), raw: rawBehindLabel(item, name), column }
    if (row.text === '') empty.push(row)
    else if (SYSTEM.test(name) && !(name in item.labels) && !info?.custom) system.push(row)
    else {
      const title = titleOf(info)
      groups.set(title, [...(groups.get(title) ?? []), row])
    }
  }
  return {
    groups: [...groups].sort(byRank).map(([title, rows]) => ({ title, rows: rows.sort(byHeader) })),
    system: system.sort(byHeader),
    empty: empty.sort(byHeader),
  }
}

/** The heading of a property: custom, or the vendor's group. */
export function titleOf(info: ObjectType['properties'][number] | undefined): string {
  if (info?.custom) return words.customProperties
  return info?.group ? humanizeName(info.group) : words.otherProperties
}

function byRank([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return rank(a) - rank(b) || a.localeCompare(b)
}

function rank(title: string): number {
  if (title === words.customProperties) return 0
  return title === words.otherProperties ? 2 : 1
}

function byHeader(a: PropertyRow, b: PropertyRow): number {
  return a.header.localeCompare(b.header)
}

function rawBehindLabel(item: Item, name: string): string | null {
  const value = item.properties[name]
  const hasLabel = item.labels[name] !== undefined
  return hasLabel && (typeof value === 'string' || typeof value === 'number') ? String(value) : null
}
