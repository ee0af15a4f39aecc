/**
 * CSV as RFC 4180 has it: for several types one table, with the type in the first column.
 *
 * Spreadsheets run cells that begin like a formula (OWASP, "CSV Injection"). The safe form has an apostrophe there. That
 * can be inside a cell, too: a spreadsheet may split the lines at semicolons or tabs, whatever the quotes say.
 */
import type { Cell } from '../descriptor'
import { jointFields } from './cells'
import type { ExportJob, Receipt } from './export-job'
import { piecesOf, type Piece } from './pieces'
import { strings } from '../../lib/strings'

/** Spaces, control and format characters before the sign are skipped, as are quotes and others that nobody sees. */
const FORMULA =
  /(^|[;\t\r\n])((?:"|(?![\t\r\n])[\p{Z}\p{Cc}\p{Cf}\u034f\u115f\u1160\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0])*[=+\-@\uff0b\uff0d\uff1d\uff20][^;\t\r\n]*)/gu
/** Some spreadsheets drop these, and the sign after them comes first. */
const HIDDEN_START = /^[\t\r]/
const NUMBER = /^[+-]?\d+([.,]\d+)*$/
const NEEDS_QUOTES = /["\n\r,;]/
/** Tells spreadsheets that the text is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'

export function* csvPieces({
  tables,
  receipt,
  safe,
}: Pick<ExportJob, 'tables' | 'receipt' | 'safe'>): Generator<Piece> {
  const { headers, fields } = jointFields(tables.map((table) => table.columns))
  const several = tables.length > 1
  const line = (cells: readonly Cell[]) => `${cells.map((cell) => csvCell(cell, safe)).join(',')}\r\n`
  yield { rows: 0, text: BYTE_ORDER_MARK + line(several ? [strings.columns.type, ...headers] : headers) }
  for (const [index, table] of tables.entries()) {
    const own = fields[index] ?? []
    for (const rows of piecesOf(table, headers.length)) {
      const lines = rows.map((row) => {
        const cells = own.map((field) => field?.cell(row) ?? null)
        return line(several ? [table.label, ...cells] : cells)
      })
      yield { rows: rows.length, text: lines.join('') }
    }
  }
  if (!receipt.complete) yield { rows: 0, text: line([noteOf(receipt)]) }
}

export function csvCell(cell: Cell, safe = true): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = safe ? disarmed(cell) : cell
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function disarmed(text: string): string {
  const safe = text.replace(FORMULA, (whole, separator: string, part: string) =>
    NUMBER.test(part) ? whole : `${separator}'${part}`,
  )
  return HIDDEN_START.test(safe) ? `'${safe}` : safe
}

function noteOf({ rows, total }: Receipt): string {
  return `# not the whole account: ${String(rows)} of ${total === null ? 'an unknown number of' : String(total)} records`
}
