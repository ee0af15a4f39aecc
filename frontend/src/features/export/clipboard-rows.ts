/**
 * Rows as a spreadsheet pastes them: text with tabs, and an HTML table with the same cells. Pure.
 *
 * The table has no styles, such as Excel's for text cells: the page's content policy forbids them, in the clipboard, too.
 */
import type { Item } from '../../api/types'
import { decimalSign } from '../../lib/format'
import type { Cell, ColumnSpec } from '../descriptor'
import { shownFields } from './cells'
import { excelCell } from './excel-cells'
import { disarmed } from './formula-guard'

export interface ClipboardRows {
  readonly text: string
  readonly html: string
}

const NEEDS_QUOTES = /["\t\r\n]/
const DAY_MS = 86_400_000
const HTML_SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** The shown columns under a line of their headers. Spreadsheets read numbers with their language's `decimal` sign. */
export function clipboardRows(
  rows: readonly Item[],
  columns: readonly ColumnSpec[],
  decimal = decimalSign,
): ClipboardRows {
  const fields = shownFields(columns)
  const head = fields.map((field) => disarmed(field.header))
  const body = rows.map((row) => fields.map((field) => cellText(field.cell(row), decimal)))
  return {
    text: [head, ...body].map((cells) => cells.map(quoted).join('\t')).join('\r\n'),
    html: `<table><thead>${htmlRow(head, 'th')}</thead><tbody>${body.map((cells) => htmlRow(cells, 'td')).join('')}</tbody></table>`,
  }
}

function cellText(cell: Cell, decimal: string): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell).replace('.', decimal)
  const value = excelCell(cell)
  return value instanceof Date ? dateText(value) : disarmed(String(value))
}

/** In UTC, as in the files, and in the form that spreadsheets of every language know. */
function dateText(date: Date): string {
  const text = date.toISOString()
  return date.getTime() % DAY_MS === 0 ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ')
}

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function htmlRow(cells: readonly string[], tag: 'th' | 'td'): string {
  const texts = cells.map((text) => text.replace(/[&<>]/g, (sign) => HTML_SIGNS[sign] ?? sign))
  return `<tr>${texts.map((text) => `<${tag}>${text}</${tag}>`).join('')}</tr>`
}
