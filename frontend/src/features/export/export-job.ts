/** What an export is made of: tables, what they leave out, and how they are written. */
import type { Item } from '../../api/types'
import type { ColumnSpec } from '../descriptor'

export type Format = 'csv' | 'xlsx' | 'ndjson'

/** The records of one type, and what is shown of them. */
export interface Table {
  /** The type's name: `deals`. */
  readonly name: string
  readonly label: string
  /** Grows in place while records arrive: only the first `count` are written. */
  readonly rows: readonly Item[]
  readonly count: number
  readonly columns: readonly ColumnSpec[]
  /** How many the account has; null when that is not known. */
  readonly total: number | null
}

export interface TypeCount {
  readonly rows: number
  readonly total: number | null
}

export interface Receipt {
  /** Everything the account has is in the file. */
  readonly complete: boolean
  readonly rows: number
  /** Of how many in the account; null when that is not known. */
  readonly total: number | null
  /** A search or filters left records out. */
  readonly narrowed: boolean
  /** Only rows that the user chose are in the file. */
  readonly chosen: boolean
  /** By the name of the type. */
  readonly object_types: Readonly<Record<string, TypeCount>>
  /** The types that cannot be read, by label. */
  readonly left_out: readonly string[]
}

export interface ExportJob {
  readonly tables: readonly Table[]
  readonly receipt: Receipt
  readonly format: Format
  /** Of the account, for a person. */
  readonly account: string
  /** Text that a spreadsheet would take for a formula gets an apostrophe before it. Only for CSV. */
  readonly safe: boolean
  /** Without extension. */
  readonly fileName: string
}

export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv;charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ndjson: 'application/x-ndjson',
}

/** Source: Excel specifications and limits. One row is the head. */
export const MAX_SHEET_ROWS = 1_048_575

/** The first table with more rows than a sheet of Excel holds. */
export function tooLong(tables: readonly Table[]): Table | undefined {
  return tables.find((table) => table.count > MAX_SHEET_ROWS)
}

/** What keeps records out of a file. */
interface Limits {
  readonly narrowed: boolean
  readonly chosen?: boolean
  /** The labels of types that cannot be read. */
  readonly leftOut?: readonly string[]
}

export function receiptOf(tables: readonly Table[], { narrowed, chosen = false, leftOut = [] }: Limits): Receipt {
  const totals = tables.map((table) => table.total)
  const rows = tables.reduce((sum, table) => sum + table.count, 0)
  const total = totals.includes(null) ? null : totals.reduce<number>((sum, entry) => sum + (entry ?? 0), 0)
  const complete =
    !narrowed && leftOut.length === 0 && tables.every((table) => table.count >= (table.total ?? Infinity))
  const counts = tables.map((table) => [table.name, { rows: table.count, total: table.total }] as const)
  return { complete, rows, total, narrowed, chosen, object_types: Object.fromEntries(counts), left_out: leftOut }
}
