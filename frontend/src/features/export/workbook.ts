/** Sheets of cells as an Excel file. */
import { writeXlsx } from 'hucre/xlsx'
import type { ExcelCell } from './excel-cells'

export interface Sheet {
  readonly name: string
  /** The first one is the head. */
  readonly rows: readonly (readonly ExcelCell[])[]
}

const DAY = 'yyyy-mm-dd'
const MOMENT = 'yyyy-mm-dd hh:mm'
const DAY_MS = 86_400_000
const WIDTH = 18
const WIDE = 36

export function workbookOf(sheets: readonly Sheet[]): Promise<Uint8Array> {
  return writeXlsx({
    sheets: sheets.map(({ name, rows }) => ({
      name,
      rows: rows as ExcelCell[][],
      columns: (rows[0] ?? []).map((_, column) => columnOf(rows, column)),
      freezePane: { rows: 1 },
    })),
  })
}

/** One format a column of dates: days without a time, unless there is one. Among numbers dates have their own. */
function columnOf(rows: Sheet['rows'], column: number) {
  const width = column === 1 ? WIDE : WIDTH
  let numFmt: string | undefined
  for (const row of rows) {
    const cell = row[column]
    if (typeof cell === 'number') return { width }
    if (cell instanceof Date && numFmt !== MOMENT) numFmt = cell.getTime() % DAY_MS === 0 ? DAY : MOMENT
  }
  return { width, ...(numFmt === undefined ? {} : { numFmt }) }
}
