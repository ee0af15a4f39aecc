/** A record's properties in the order a person looks for them. Pure. */
import type { Item } from '../../api/types'
import { humanizeName } from '../../lib/format'
import { labelled } from './property-columns'

export interface PropertyRow {
  readonly name: string
  readonly header: string
  readonly text: string
  /** The id behind a label. */
  readonly raw: string | null
}

interface PropertyGroups {
  /** What has a label of its own: owners, stages, options. */
  readonly labelled: readonly PropertyRow[]
  readonly plain: readonly PropertyRow[]
  /** What the vendor keeps for itself. */
  readonly system: readonly PropertyRow[]
  readonly empty: readonly PropertyRow[]
}

const SYSTEM = /^hs_/

export function propertyGroups(item: Item, headers: ReadonlyMap<string, string>): PropertyGroups {
  const rows = Object.keys(item.properties)
    .map((name) => ({
      name,
      header: headers.get(name) ?? humanizeName(name),
      text: labelled(item, name),
      raw: rawBehindLabel(item, name),
    }))
    .sort((a, b) => a.header.localeCompare(b.header))
  const filled = rows.filter((row) => row.text !== '')
  const unlabelled = filled.filter((row) => !(row.name in item.labels))
  return {
    labelled: filled.filter((row) => row.name in item.labels),
    plain: unlabelled.filter((row) => !SYSTEM.test(row.name)),
    system: unlabelled.filter((row) => SYSTEM.test(row.name)),
    empty: rows.filter((row) => row.text === ''),
  }
}

function rawBehindLabel(item: Item, name: string): string | null {
  const value = item.properties[name]
  const hasLabel = item.labels[name] !== undefined
  return hasLabel && (typeof value === 'string' || typeof value === 'number') ? String(value) : null
}
