/** Which columns a table has: the integration's own between the name and the dates, and every other property on demand. */
import type { Item, ObjectType } from '../../api/types'
import { humanizeName } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec, IntegrationDescriptor } from '../descriptor'
import { propertyColumn, timeColumn, type PropertyValues } from './property-columns'
import { titleOf } from './property-groups'
import { kindOfProperty, meaningOfProperty } from './property-kinds'

type Described = Pick<IntegrationDescriptor, 'columns' | 'timeless' | 'meanings'>

/** Finds what holds a property of a record: the record itself, or what was requested beside it; undefined until it is loaded. */
export type ExtraValues = (item: Item, property: string) => PropertyValues | undefined

/** This many records are checked for properties that the account does not describe. */
const SAMPLED_ITEMS = 50
const OWN_VALUES: ExtraValues = (item) => item

export const NAME: ColumnSpec = { id: 'name', header: strings.columns.name, text: (item) => item.name, grow: 1.8 }
/** What a record belongs to: the only column of a type without columns of its own. */
export const PARENT: ColumnSpec = {
  id: 'parent',
  header: strings.columns.parent,
  text: (item) => item.parent_path_or_name ?? '',
  facet: true,
}
export const CREATED = timeColumn('created', strings.columns.created, (item) => item.creation_time)
export const MODIFIED = timeColumn('modified', strings.columns.modified, (item) => item.last_modified_time)

/** The columns shown unless the user chooses others. */
export function defaultColumns(
  { columns, timeless = false, meanings }: Described,
  type: string,
  known?: Pick<ObjectType, 'properties'>,
  sample?: Item,
): readonly ColumnSpec[] {
  const own = [NAME, ...(columns[type] ?? [PARENT, ...firstProperties(known, sample, meanings)])]
  return timeless ? own : [...own, MODIFIED]
}

const FIRST_PROPERTIES = 4
/** The vendor's own and the times, which have columns of their own. */
const SYSTEM = /^(hs_|createdate$|lastmodifieddate$|hubspot_owner_assigneddate$)/

/** For a type that the page has no columns for, such as a custom object: the properties its records are read with. */
function firstProperties(
  known: Pick<ObjectType, 'properties'> | undefined,
  sample: Item | undefined,
  meanings: Described['meanings'],
): ColumnSpec[] {
  if (!sample) return []
  const labels = propertyLabels(known)
  const described = new Map((known?.properties ?? []).map((property) => [property.name, property]))
  return Object.keys(sample.properties)
    .filter((name) => !SYSTEM.test(name) && sample.properties[name] !== sample.name)
    .slice(0, FIRST_PROPERTIES)
    .map((name) => ({
      ...propertyColumn(name, labels.get(name) ?? humanizeName(name)),
      ...meaningOfProperty(name, described.get(name), meanings),
      kind: kindOfProperty(described.get(name), sample.properties[name]),
    }))
}

/** All columns to choose from: the default ones, the creation date, and each property without a column of its own. */
export function allColumns(
  usual: readonly ColumnSpec[],
  known: Pick<ObjectType, 'properties'> | undefined,
  items: readonly Item[],
  extra: ExtraValues = OWN_VALUES,
  meanings: Described['meanings'] = {},
): readonly ColumnSpec[] {
  const columns = usual.includes(MODIFIED) ? [...usual, CREATED] : usual
  const taken = new Set(columns.flatMap((column) => [column.id, column.property]))
  const described = new Map((known?.properties ?? []).map((property) => [property.name, property]))
  const seen = items.slice(0, SAMPLED_ITEMS).flatMap((item) => Object.keys(item.properties))
  const more = [...new Set([...described.keys(), ...seen])]
    .filter((name) => !taken.has(name))
    .map((name) => ({
      ...extraColumn(name, described.get(name), extra),
      ...meaningOfProperty(name, described.get(name), meanings),
      kind: kindOfProperty(described.get(name), sampleOf(name, items)),
    }))
    .sort((a, b) => a.header.localeCompare(b.header))
  return [...columns, ...more]
}

function sampleOf(name: string, items: readonly Item[]): unknown {
  return items.slice(0, SAMPLED_ITEMS).find((item) => item.properties[name] != null)?.properties[name]
}

function extraColumn(name: string, property: ObjectType['properties'][number] | undefined, extra: ExtraValues) {
  const held = (item: Item) => extra(item, name)
  const header = property?.label ? property.label : humanizeName(name)
  const column = propertyColumn(name, header, name, (item) => held(item) ?? item)
  return { ...column, held, group: titleOf(property), grow: 1.4 }
}

/** The chosen columns in the order of `chosen`, after the name; the default ones when nothing valid is chosen. */
export function chosenColumns(
  all: readonly ColumnSpec[],
  usual: readonly ColumnSpec[],
  chosen: readonly string[],
): readonly ColumnSpec[] {
  const columns = [...new Set(chosen)].flatMap((id) => all.find((column) => column.id === id && id !== NAME.id) ?? [])
  return columns.length === 0 ? usual : [NAME, ...columns]
}

/** Narrow screens keep the name (with a second line) and the last change. */
export function narrowColumns(columns: readonly ColumnSpec[]): readonly ColumnSpec[] {
  return columns.filter((column) => column.id === NAME.id || column.id === MODIFIED.id)
}

/** The second line under a name: the first two other texts that are not empty. */
export function subtitle(item: Item, columns: readonly ColumnSpec[]): string {
  return columns
    .filter((column) => column.id !== NAME.id && !column.time && !column.bare)
    .map((column) => column.text(item))
    .filter((text) => text !== '')
    .slice(0, 2)
    .join(' · ')
}

/** The properties' labels as the vendor has them, by name. */
export function propertyLabels(known: Pick<ObjectType, 'properties'> | undefined): ReadonlyMap<string, string> {
  return new Map((known?.properties ?? []).flatMap(({ name, label }) => (label === '' ? [] : [[name, label] as const])))
}

/** The columns of a type: all, those shown by default, and those the user chose. */
export interface Columns {
  readonly all: readonly ColumnSpec[]
  readonly usual: readonly ColumnSpec[]
  readonly chosen: readonly ColumnSpec[]
}
