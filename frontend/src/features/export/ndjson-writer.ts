/** NDJSON is for programs: whole items, and a receipt as the last line. */
import type { ExportJob } from './export-job'
import { piecesOf, type Piece } from './pieces'

/** Writing a whole item takes about as long as writing this many cells. */
const CELLS_AN_ITEM = 40

export function* ndjsonPieces({ tables, receipt }: Pick<ExportJob, 'tables' | 'receipt'>): Generator<Piece> {
  for (const table of tables)
    for (const rows of piecesOf(table, CELLS_AN_ITEM))
      yield { rows: rows.length, text: rows.map((row) => `${JSON.stringify({ item: row })}\n`).join('') }
  yield { rows: 0, text: `${JSON.stringify({ receipt })}\n` }
}
