/** Builders of columns: a property as text, number, date, amount or duration, and the times of an item. */
import type { Item } from '../../api/types'
import {
  formatAgo,
  formatAmount,
  formatCount,
  formatDay,
  formatDuration,
  formatMoment,
  formatValue,
} from '../../lib/format'
import type { Cell, ColumnSpec } from '../descriptor'

/** The part of an item that holds its property values. */
export type PropertyValues = Pick<Item, 'properties' | 'labels'>

/** A property by its label; `id` names the column in the address when the property's own name is unwieldy. */
export function propertyColumn(
  name: string,
  header: string,
  id = name,
  values: (item: Item) => PropertyValues = (item) => item,
): ColumnSpec {
  return {
    id,
    header,
    property: name,
    text: (item) => labelled(values(item), name),
    choices: (item) => choicesOf(values(item), name),
    exported: (item) => exportedValue(values(item), name),
    sortBy: (item) => {
      const { properties, labels } = values(item)
      const value = properties[name]
      return typeof value === 'number' && labels[name] === undefined ? value : labelled(values(item), name)
    },
  }
}

/** A property that is a date. */
export function dayColumn(name: string, header: string, id = name): ColumnSpec {
  const time = (item: Item) => textOf(item, name)
  return {
    id,
    header,
    property: name,
    time,
    text: (item) => formatDay(time(item) ?? ''),
    sortBy: (item) => timeOf(time(item)),
  }
}

/** A property that is a point in time. */
export function momentColumn(name: string, header: string, id = name): ColumnSpec {
  return {
    ...dayColumn(name, header, id),
    text: (item) => {
      const time = textOf(item, name)
      return time === null ? '' : formatMoment(time)
    },
    grow: 1.2,
  }
}

/** A property that is a number. */
export function numberColumn(name: string, header: string, id = name): ColumnSpec {
  return { ...propertyColumn(name, header, id), kind: 'number', align: 'end', grow: 0.8 }
}

/** A property that is a length of time in milliseconds. */
export function durationColumn(name: string, header: string, id = name): ColumnSpec {
  return {
    ...numberColumn(name, header, id),
    text: (item) => {
      const duration = numberOf(item, name)
      return duration === null ? labelled(item, name) : formatDuration(duration / 1000)
    },
  }
}

/** An amount of money; `currency` is the property with its code. */
export function amountColumn(name: string, header: string, currency: string, id = name): ColumnSpec {
  const value = (item: Item) => numberOf(item, name)
  return {
    id,
    header,
    property: name,
    text: (item) => {
      const amount = value(item)
      return amount === null ? labelled(item, name) : formatAmount(amount, textOf(item, currency))
    },
    exported: (item) => exportedValue(item, name),
    currency: (item) => textOf(item, currency),
    sortBy: value,
    kind: 'number',
    align: 'end',
  }
}

export function numberOf(item: PropertyValues, name: string): number | null {
  const value = item.properties[name]
  return typeof value === 'number' ? value : null
}

export function textOf(item: PropertyValues, name: string): string | null {
  const value = item.properties[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** How many records lie in a record. */
export function childrenColumn(id: string, header: string): ColumnSpec {
  return {
    id,
    header,
    text: (item) => (item.children?.length ? formatCount(item.children.length) : ''),
    exported: (item) => item.children?.length ?? null,
    sortBy: (item) => item.children?.length ?? null,
    kind: 'number',
    align: 'end',
    bare: true,
    grow: 0.8,
  }
}

/** A human label where there is one, else the value itself, readable. */
export function labelled(item: PropertyValues, property: string): string {
  const label = item.labels[property]
  if (label !== undefined) return typeof label === 'string' ? label : label.join(', ')
  return formatValue(item.properties[property])
}

/** A value that consists of several, one by one. */
function choicesOf(item: PropertyValues, property: string): readonly string[] {
  const label = item.labels[property]
  return Array.isArray(label) ? label : [labelled(item, property)]
}

/** For a program or a spreadsheet: labels as they are, `;` between choices, numbers and dates unformatted. */
function exportedValue(item: PropertyValues, property: string): Cell {
  const value = item.labels[property] ?? item.properties[property]
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.map(String).join(';')
  return typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean)
}

/** A time of the item itself, shown as its age. */
export function timeColumn(
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
