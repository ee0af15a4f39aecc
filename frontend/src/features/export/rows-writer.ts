/**
 * Writes rows as a file, piece by piece, so that the page stays alive and can stop it.
 *
 * CSV is for spreadsheets: the shown columns, and an apostrophe where a formula would begin (OWASP, "CSV Injection"). That
 * can be inside a cell, too: a spreadsheet may split the lines at semicolons or tabs, whatever the quotes say. NDJSON is for programs: whole items, and a receipt as the last line.
 */
import type { Item } from '../../api/types'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'

export type Format = 'csv' | 'ndjson'

export interface Receipt {
  readonly complete: boolean
  readonly rows: number
  /** Of how many in the account; null when that is not known. */
  readonly total: number | null
  /** A search or filters left records out. */
  readonly narrowed: boolean
}

export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv;charset=utf-8',
  ndjson: 'application/x-ndjson',
}

const ROWS_A_PIECE = 2_000
/** Spaces, control and format characters before the sign are skipped, as are quotes and others that nobody sees. */
const FORMULA =
  /(^|[;\t\r\n])((?:"|(?![\t\r\n])[\p{Z}\p{Cc}\p{Cf}\u034f\u115f\u1160\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0])*[=+\-@\uff0b\uff0d\uff1d\uff20][^;\t\r\n]*)/gu
const NUMBER = /^[+-]?\d+([.,]\d+)*$/
const NEEDS_QUOTES = /["\n\r,;]/
/** Tells spreadsheets that the text is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'

/** The file's text in pieces of at most 2,000 rows. */
export function* pieces(
  rows: readonly Item[],
  columns: readonly ColumnSpec[],
  format: Format,
  receipt: Receipt,
): Generator<string> {
  if (format === 'csv') yield BYTE_ORDER_MARK + csvLine(['ID', ...columns.flatMap(headersOf), 'URL'])
  for (let start = 0; start < rows.length; start += ROWS_A_PIECE) {
    const part = rows.slice(start, start + ROWS_A_PIECE)
    yield part.map((row) => (format === 'csv' ? csvRow(row, columns) : `${JSON.stringify({ item: row })}\n`)).join('')
  }
  if (format === 'ndjson') yield `${JSON.stringify({ receipt })}\n`
  else if (!receipt.complete) yield csvLine([noteOf(receipt)])
}

function csvRow(row: Item, columns: readonly ColumnSpec[]): string {
  return csvLine([row.id, ...columns.flatMap((column) => cellsOf(column, row)), row.url ?? ''])
}

function headersOf({ header, currency }: ColumnSpec): string[] {
  return currency ? [header, strings.exporting.currencyOf(header)] : [header]
}

/** Values that a spreadsheet can calculate with: ISO dates, plain numbers, the currency beside its amount. */
function cellsOf(column: ColumnSpec, row: Item): string[] {
  const value = column.time ? (column.time(row) ?? '') : (column.exported ?? column.text)(row)
  return column.currency ? [value, column.currency(row) ?? ''] : [value]
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** RFC 4180, and nothing that a spreadsheet would run. */
export function csvCell(text: string): string {
  const safe = text.replace(FORMULA, (whole, separator: string, part: string) =>
    NUMBER.test(part) ? whole : `${separator}'${part}`,
  )
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function noteOf({ rows, total }: Receipt): string {
  return `# not the whole account: ${String(rows)} of ${total === null ? 'an unknown number of' : String(total)} records`
}
