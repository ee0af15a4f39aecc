/** In which order a table is shown, and what a click on a column head makes of it. Pure. */
import type { Sort } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { MODIFIED } from './columns'

/**
 * The order of a table that the address names no order for.
 *
 * Only once all records of the type are here. Until then rows stay in the order of arrival, which is the vendor's: any
 * other order would move the rows under the reader's eyes with every page and batch, and its top would be the newest of
 * some records only.
 */
const NEWEST_FIRST: Sort = { id: MODIFIED.id, desc: true }

/** The order of records without a chosen one; null is the order of arrival. */
export function usualSort(complete: boolean, columns: readonly ColumnSpec[]): Sort | null {
  return complete && columns.includes(MODIFIED) ? NEWEST_FIRST : null
}

/** Up, down, and back to the usual order. Null is the usual one. */
export function nextSort(id: string, chosen: Sort | null, usual: Sort | null): Sort | null {
  const shown = chosen ?? usual
  if (shown?.id !== id) return { id, desc: false }
  if (!shown.desc) return usual?.id === id ? null : { id, desc: true }
  return usual?.id === id ? { id, desc: false } : null
}
