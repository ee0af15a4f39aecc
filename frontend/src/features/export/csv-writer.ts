/** CSV as RFC 4180 has it: for several types one table, with the type in the first column. */
import type { Cell } from '../descriptor'
import { jointFields } from './cells'
import type { ExportJob, Receipt } from './export-job'
import { disarmed } from './formula-guard'
import { piecesOf, type Piece } from './pieces'
import { strings } from '../../lib/strings'

const words = strings.exporting

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

function noteOf({ rows, total, chosen }: Receipt): string {
  const part = chosen ? words.onlyChosen : words.incomplete
  return `# ${part}: ${words.rowsOf(String(rows), total === null ? null : String(total))}`
}
