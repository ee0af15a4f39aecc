/** The rows to show: the records that fit the address, in its order. Typing stays quick while many are looked through. */
import { useDeferredValue, useMemo, useState } from 'react'
import type { Item } from '../../api/types'
import type { UrlState } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { matcher } from './filters'
import { RowOrder, textKey, type Arrangement, type SortKey } from './row-order'

type Wanted = Pick<UrlState, 'q' | 'is' | 'date' | 'where' | 'sort'>

export function useRows(
  items: readonly Item[],
  count: number,
  columns: readonly ColumnSpec[],
  wanted: Wanted,
): readonly Item[] {
  const [order] = useState(() => new RowOrder())
  const { q, is, date, where, sort } = wanted
  const arrangement = useMemo(
    () => arrangementOf({ q, is, date, where, sort }, columns),
    [q, is, date, where, sort, columns],
  )
  const settled = useDeferredValue(arrangement)
  return useMemo(() => order.arrange(items, count, settled), [order, items, count, settled])
}

function arrangementOf(wanted: Wanted, columns: readonly ColumnSpec[]): Arrangement {
  const column = columns.find((spec) => spec.id === wanted.sort?.id)
  return {
    matches: matcher(wanted, columns),
    sort: column && wanted.sort ? { key: (item) => sortKey(column, item), desc: wanted.sort.desc } : null,
  }
}

function sortKey(column: ColumnSpec, item: Item): SortKey {
  const value = column.sortBy ? column.sortBy(item) : column.text(item)
  if (typeof value === 'number') return Number.isNaN(value) ? null : value
  return value === null || value === '' ? null : textKey(value)
}
