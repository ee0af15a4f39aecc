/** Which columns a table has: the integration's own between the name and the dates, and every other property on demand. */
import type { Item, ObjectType } from '../../api/types'
import { formatAgo, formatCount, formatValue, humanizeName } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec, IntegrationDescriptor } from '../descriptor'

type Described = Pick<IntegrationDescriptor, 'columns' | 'timeless'>

/** So many records are looked at to learn which properties there are. */
const SAMPLED_ITEMS = 50

const NAME: ColumnSpec = { id: 'name', header: strings.columns.name, text: (item) => item.name, grow: 1.8 }
/** What a record belongs to: all there is to say of a type that has no columns of its own. */
export const PARENT: ColumnSpec = {
  id: 'parent',
  header: strings.columns.parent,
  text: (item) => item.parent_path_or_name ?? '',
  facet: true,
}
export const CREATED = timeColumn('created', strings.columns.created, (item) => item.creation_time)
const MODIFIED = timeColumn('modified', strings.columns.modified, (item) => item.last_modified_time)

/** What is shown unless somebody chooses. */
export function defaultColumns({ columns, timeless = false }: Described, type: string): readonly ColumnSpec[] {
  const own = [NAME, ...(columns[type] ?? [PARENT])]
  return timeless ? own : [...own, MODIFIED]
}

/** All that can be chosen: the usual ones, when records came, and each property that has no column of its own. */
export function allColumns(
  usual: readonly ColumnSpec[],
  known: Pick<ObjectType, 'properties'> | undefined,
  items: readonly Item[],
): readonly ColumnSpec[] {
  const columns = usual.includes(MODIFIED) ? [...usual, CREATED] : usual
  const taken = new Set(columns.flatMap((column) => [column.id, column.property]))
  const labels = propertyLabels(known)
  const names = new Set(items.slice(0, SAMPLED_ITEMS).flatMap((item) => Object.keys(item.properties)))
  const more = [...names]
    .filter((name) => !taken.has(name))
    .map((name) => propertyColumn(name, labels.get(name) ?? humanizeName(name)))
    .sort((a, b) => a.header.localeCompare(b.header))
  return [...columns, ...more]
}

/** The chosen ones in the order of `all`; the usual ones when nothing valid is chosen. The name always stays. */
export function chosenColumns(
  all: readonly ColumnSpec[],
  usual: readonly ColumnSpec[],
  chosen: readonly string[],
): readonly ColumnSpec[] {
  const columns = all.filter((column) => chosen.includes(column.id) && column.id !== NAME.id)
  return columns.length === 0 ? usual : [NAME, ...columns]
}

/** Narrow screens keep the name (with a second line) and the last change. */
export function narrowColumns(columns: readonly ColumnSpec[]): readonly ColumnSpec[] {
  return columns.filter((column) => column.id === NAME.id || column.id === MODIFIED.id)
}

/** The second line under a name: the first two other texts that say something. */
export function subtitle(item: Item, columns: readonly ColumnSpec[]): string {
  return columns
    .filter((column) => column.id !== NAME.id && !column.time && !column.bare)
    .map((column) => column.text(item))
    .filter((text) => text !== '')
    .slice(0, 2)
    .join(' · ')
}

/** A property by its label; `id` names the column in the address when the property's own name is unwieldy. */
export function propertyColumn(name: string, header: string, id = name): ColumnSpec {
  return {
    id,
    header,
    property: name,
    text: (item) => labelled(item, name),
    sortBy: (item) => {
      const value = item.properties[name]
      return typeof value === 'number' && item.labels[name] === undefined ? value : labelled(item, name)
    },
  }
}

/** How many records lie in a record. */
export function childrenColumn(id: string, header: string): ColumnSpec {
  return {
    id,
    header,
    text: (item) => (item.children?.length ? formatCount(item.children.length) : ''),
    sortBy: (item) => item.children?.length ?? null,
    align: 'end',
    bare: true,
    grow: 0.8,
  }
}

/** A human label where there is one, else the value itself, readable. */
export function labelled(item: Item, property: string): string {
  const label = item.labels[property]
  if (label !== undefined) return typeof label === 'string' ? label : label.join(', ')
  return formatValue(item.properties[property])
}

/** The properties' labels as the vendor has them, by name. */
export function propertyLabels(known: Pick<ObjectType, 'properties'> | undefined): ReadonlyMap<string, string> {
  const entries = (known?.properties ?? []).flatMap(({ name, label }) =>
    typeof name === 'string' && typeof label === 'string' && label !== '' ? [[name, label] as const] : [],
  )
  return new Map(entries)
}

function timeColumn(
  id: string,
  header: string,
  time: (item: Item) => string | null,
): ColumnSpec & Required<Pick<ColumnSpec, 'time'>> {
  return {
    id,
    header,
    time,
    text: (item) => agoOf(time(item)),
    sortBy: (item) => timeOf(time(item)),
  }
}

function agoOf(iso: string | null): string {
  return iso ? formatAgo(iso) : ''
}

/** Milliseconds, or null for what is no date. */
export function timeOf(iso: string | null): number | null {
  const time = iso ? Date.parse(iso) : NaN
  return Number.isNaN(time) ? null : time
}

/** The columns of a type: all, those shown by default, and those the user chose. */
export interface Columns {
  readonly all: readonly ColumnSpec[]
  readonly usual: readonly ColumnSpec[]
  readonly chosen: readonly ColumnSpec[]
}
