/** Beside the page, so that it stays alive: takes the rows of each sheet, then writes the file. */
import type { ExcelCell } from './excel-cells'
import { workbookOf, type Sheet } from './workbook'

/** Rows are added to the last sheet that was named; without either the file is written. */
export type ExcelRequest = { readonly sheet: string } | { readonly rows: readonly (readonly ExcelCell[])[] } | 'write'

const sheets: (Sheet & { readonly rows: (readonly ExcelCell[])[] })[] = []

self.onmessage = ({ data }: MessageEvent<ExcelRequest>) => {
  if (data === 'write') void write()
  else if ('sheet' in data) sheets.push({ name: data.sheet, rows: [] })
  else for (const row of data.rows) sheets.at(-1)?.rows.push(row)
}

async function write(): Promise<void> {
  try {
    const bytes = await workbookOf(sheets)
    self.postMessage(bytes, { transfer: [bytes.buffer] })
  } catch (error) {
    // Reaches the page as the worker's error; a rejection would not.
    self.reportError(error)
  }
}
