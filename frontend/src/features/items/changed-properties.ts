/** What differs between two states of a record, in words. Pure. */
import type { Item, ObjectType } from '../../api/types'
import { propertyGroups } from './property-groups'

export interface ChangedProperty {
  readonly name: string
  readonly header: string
  readonly before: string
  readonly after: string
}

/** Properties with another text than before, without the vendor's internal ones, by their headers. */
export function changedProperties(before: Item, after: Item, infos: ObjectType['properties']): ChangedProperty[] {
  const earlier = textsOf(before, infos)
  const rows = propertyGroups(after, infos)
  return [...rows.groups.flatMap((group) => group.rows), ...rows.empty]
    .filter(({ name, text }) => earlier.has(name) && earlier.get(name) !== text)
    .filter(({ name }) => !isTimestamp(name))
    .map(({ name, header, text }) => ({ name, header, before: earlier.get(name) ?? '', after: text }))
    .sort((one, other) => one.header.localeCompare(other.header))
}

function textsOf(item: Item, infos: ObjectType['properties']): Map<string, string> {
  const { groups, system, empty } = propertyGroups(item, infos)
  const rows = [...groups.flatMap((group) => group.rows), ...system, ...empty]
  return new Map(rows.map(({ name, text }) => [name, text]))
}

/** Changes with every change: the record's history shows it. */
export function isTimestamp(name: string): boolean {
  return name === 'lastmodifieddate' || name === 'hs_lastmodifieddate'
}
