/** Cuts the rows of an export into pieces that are written without holding up the page. Pure. */
import type { Item } from '../../api/types'
import type { Table } from './export-job'

/** A part of a file, and how many records it has. */
export interface Piece {
  readonly rows: number
  readonly text: string
}

/** About ten milliseconds of work. */
const CELLS_A_PIECE = 20_000
const MAX_ROWS_A_PIECE = 2_000

export function* piecesOf({ rows, count }: Pick<Table, 'rows' | 'count'>, columns: number): Generator<readonly Item[]> {
  const size = Math.min(MAX_ROWS_A_PIECE, Math.ceil(CELLS_A_PIECE / Math.max(1, columns)))
  for (let start = 0; start < count; start += size) yield rows.slice(start, Math.min(start + size, count))
}
