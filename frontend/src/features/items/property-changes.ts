/** What the properties of a record were before, change by change, as the vendor keeps it. Pure. */
import type { PropertyHistory } from '../../api/item'
import type { Item } from '../../api/types'
import { humanizeName } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { isTimestamp } from './changed-properties'
import type { PropertyInfos } from './item-properties'
import { labelled, timeOf } from './property-columns'
import { propertyGroups } from './property-groups'

/** Source: our API, `property_history`. */
const MAX_PROPERTIES = 20
const NEVER_CHANGE = new Set(['createdate', 'hs_createdate', 'hs_object_id'])

export interface PropertyChange {
  readonly name: string
  readonly header: string
  /** ISO 8601; null when the vendor does not say. */
  readonly at: string | null
  readonly before: string
  readonly after: string
  readonly source: string | null
}

/** How the record is shown: its columns show some of its properties in a way of their own. */
export interface Shown {
  readonly item: Item
  readonly columns: readonly ColumnSpec[]
  readonly infos: PropertyInfos
}

type Version = PropertyHistory[string][number]

/** The properties to read the history of: the key facts first, then what else is shown, then the empty ones. */
export function propertiesWithHistory({ item, columns, infos }: Shown): readonly string[] {
  const { groups, empty } = propertyGroups(item, infos)
  const keyFacts = columns.flatMap(({ property }) =>
    property !== undefined && property in item.properties ? [property] : [],
  )
  const others = [...groups.flatMap((group) => group.rows), ...empty].map(({ name }) => name)
  return [...new Set([...keyFacts, ...others])]
    .filter((name) => !isTimestamp(name) && !NEVER_CHANGE.has(name))
    .slice(0, MAX_PROPERTIES)
}

/** Newest first. Values whose texts are the same are no change. */
export function changesIn(history: PropertyHistory, shown: Shown): readonly PropertyChange[] {
  return Object.entries(history)
    .flatMap(([name, versions]) => changesOf(name, versions, shown))
    .sort((one, other) => (timeOf(other.at) ?? 0) - (timeOf(one.at) ?? 0))
}

function changesOf(name: string, versions: readonly Version[], { item, columns, infos }: Shown): PropertyChange[] {
  const column = columns.find(({ property }) => property === name)
  const label = infos.find((info) => info.name === name)?.label
  const header = column?.header ?? (label ? label : humanizeName(name))
  const textOf = (version: Version | undefined) => {
    if (version === undefined) return ''
    const then = itemThen(item, name, version)
    return column ? column.text(then) : labelled(then, name)
  }
  return versions
    .map((version, index) => ({
      name,
      header,
      at: version.changed_at,
      before: textOf(versions[index + 1]),
      after: textOf(version),
      source: sourceOf(version),
    }))
    .filter(({ before, after }) => before !== after)
}

function itemThen(item: Item, name: string, { value, label }: Version): Item {
  const labels = Object.fromEntries(Object.entries(item.labels).filter(([other]) => other !== name))
  return {
    ...item,
    properties: { ...item.properties, [name]: value },
    labels: label === null ? labels : { ...labels, [name]: label },
  }
}

function sourceOf({ source, source_label: label }: Version): string | null {
  if (label) return label
  return source ? (strings.detail.changeSources[source] ?? humanizeName(source)) : null
}
