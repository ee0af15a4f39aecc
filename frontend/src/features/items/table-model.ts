/** From items to rows: which columns, in what order, which rows match. No markup. */
import { createSortedRowModel, rowSortingFeature, tableFeatures, type ColumnDef, type Row } from '@tanstack/react-table'
import type { Item } from '../../api/types'
import { formatAgo, formatValue } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'

export const tableFeaturesUsed = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() })

export type TableFeaturesUsed = typeof tableFeaturesUsed
export type ItemRow = Row<TableFeaturesUsed, Item>

/** Longer values are searched up to here: a portal may hold 65,000 characters in one field. */
const SEARCHED_CHARACTERS = 2_000

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

const NAME: ColumnSpec = { id: 'name', header: strings.columns.name, text: (item) => item.name, grow: 2 }
const MODIFIED: ColumnSpec = {
  id: 'modified',
  header: strings.columns.modified,
  text: (item) => (item.last_modified_time ? formatAgo(item.last_modified_time) : ''),
  sortBy: (item) => (item.last_modified_time ? Date.parse(item.last_modified_time) : null),
}

/** The name first, then the integration's own columns, the last change at the end. */
export function columnSpecs(own: readonly ColumnSpec[] | undefined): readonly ColumnSpec[] {
  return [NAME, ...(own ?? []), MODIFIED]
}

/** Narrow screens keep the name (with a second line) and the last change. */
export function narrowSpecs(specs: readonly ColumnSpec[]): readonly ColumnSpec[] {
  return specs.filter((spec) => spec.id === NAME.id || spec.id === MODIFIED.id)
}

/** The second line under a name: the first two other texts that say something. */
export function subtitle(item: Item, specs: readonly ColumnSpec[]): string {
  const texts = specs.filter((spec) => spec.id !== NAME.id && spec.id !== MODIFIED.id).map((spec) => spec.text(item))
  return texts
    .filter((text) => text !== '')
    .slice(0, 2)
    .join(' · ')
}

export function columnDefs(specs: readonly ColumnSpec[]): ColumnDef<TableFeaturesUsed, Item>[] {
  return specs.map((spec) => ({
    id: spec.id,
    header: spec.header,
    accessorFn: (item: Item) => sortValue(spec, item),
    sortFn: compareRows,
    sortUndefined: 'last' as const,
    sortDescFirst: false,
  }))
}

/** The items that contain every word of the query, anywhere a person can see it. */
export function filterItems(items: readonly Item[], query: string): readonly Item[] {
  const needles = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (needles.length === 0) return items
  return items.filter((item) => {
    const hay = haystack(item)
    return needles.every((needle) => hay.includes(needle))
  })
}

/** A human label where there is one, else the value itself, readable. */
export function labelled(item: Item, property: string): string {
  return item.labels[property] ?? formatValue(item.properties[property])
}

function sortValue(spec: ColumnSpec, item: Item): string | number | undefined {
  const value = spec.sortBy ? spec.sortBy(item) : spec.text(item)
  return value === null || value === '' || Number.isNaN(value) ? undefined : value
}

function compareRows(a: ItemRow, b: ItemRow, columnId: string): number {
  const left = a.getValue<string | number>(columnId)
  const right = b.getValue<string | number>(columnId)
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return collator.compare(String(left), String(right))
}

const haystacks = new WeakMap<Item, string>()

function haystack(item: Item): string {
  const known = haystacks.get(item)
  if (known !== undefined) return known
  const values = [
    item.name,
    item.id,
    item.parent_path_or_name,
    ...Object.values(item.labels),
    ...Object.values(item.properties),
  ]
  const text = values
    .filter((value) => value !== null && value !== undefined && value !== '')
    .map((value) => (typeof value === 'string' ? value : formatValue(value)).slice(0, SEARCHED_CHARACTERS))
    .join('\n')
    .toLowerCase()
  haystacks.set(item, text)
  return text
}
