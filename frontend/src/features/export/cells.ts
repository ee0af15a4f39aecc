/** The columns of a table as a file has them: plain numbers, ISO dates, the currency beside its amount. Pure. */
import type { Item } from '../../api/types'
import { strings } from '../../lib/strings'
import type { Cell, ColumnSpec } from '../descriptor'

export interface Field {
  readonly header: string
  readonly cell: (item: Item) => Cell
}

/** What is shown, and nothing else. */
export function shownFields(columns: readonly ColumnSpec[]): readonly Field[] {
  return withOwnHeaders(columns.flatMap(fieldsOfColumn))
}

/** Identity first, then the columns, then the address of the record. */
export function fieldsOf(columns: readonly ColumnSpec[]): readonly Field[] {
  return withOwnHeaders([
    { header: 'ID', cell: (item) => item.id },
    ...columns.flatMap(fieldsOfColumn),
    { header: 'URL', cell: (item) => item.url },
  ])
}

/** An account may have two properties of one label. */
function withOwnHeaders(fields: readonly Field[]): readonly Field[] {
  const taken = new Set<string>()
  return fields.map(({ header, cell }) => {
    let own = header
    for (let number = 2; taken.has(own); number++) own = `${header} (${String(number)})`
    taken.add(own)
    return { header: own, cell }
  })
}

function fieldsOfColumn(column: ColumnSpec): Field[] {
  const { header, currency, time } = column
  const field = { header, cell: time ?? column.exported ?? column.text }
  return currency ? [field, { header: strings.exporting.currencyOf(header), cell: currency }] : [field]
}

/** Several tables as one: the type is the second column, and columns of the same name are one. */
export function jointFields(tables: readonly (readonly ColumnSpec[])[]): {
  readonly headers: readonly string[]
  /** The fields of each table, one a header; null where it has no such column. */
  readonly fields: readonly (readonly (Field | null)[])[]
} {
  const each = tables.map((columns) => new Map(fieldsOf(columns).map((field) => [field.header, field])))
  const headers = [...new Set(each.flatMap((fields) => [...fields.keys()]))]
  return { headers, fields: each.map((fields) => headers.map((header) => fields.get(header) ?? null)) }
}
