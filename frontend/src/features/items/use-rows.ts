/** The rows to show: the records that fit the address, in its order. Typing stays quick while many are looked through. */
import { useDeferredValue, useMemo, useState } from 'react'
import type { Item } from '../../api/types'
import type { Sort, UrlState } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { matcher } from './filters'
import { RowOrder, type Arrangement, type SortKey } from './row-order'

export type Wanted = Pick<UrlState, 'q' | 'is' | 'date' | 'where' | 'sort'>

interface Rows {
  readonly rows: readonly Item[]
  /** `rows` are still those of before: the new ones are being prepared. */
  readonly behind: boolean
}

export function useRows(items: readonly Item[], count: number, columns: readonly ColumnSpec[], wanted: Wanted): Rows {
  const [order] = useState(() => new RowOrder())
  const { q, is, date, where, sort } = wanted
  const matches = useMemo(() => matcher({ q, is, date, where }, columns), [q, is, date, where, columns])
  const sorting = useMemo(() => sortingBy(sort, columns), [sort, columns])
  const arrangement = useMemo(() => ({ matches, sort: sorting }), [matches, sorting])
  const asked = useMemo(() => ({ items, count, arrangement }), [items, count, arrangement])
  // With their arrangement: the vendor's rows must not be seen in the order of the page's own, nor the other way round.
  const settled = useDeferredValue(asked)
  const rows = useMemo(() => order.arrange(settled.items, settled.count, settled.arrangement), [order, settled])
  return { rows, behind: settled !== asked }
}

function sortingBy(sort: Sort | null, columns: readonly ColumnSpec[]): Arrangement['sort'] {
  const column = columns.find((spec) => spec.id === sort?.id)
  return column && sort ? { key: (item) => sortKey(column, item), desc: sort.desc } : null
}

function sortKey(column: ColumnSpec, item: Item): SortKey {
  const value = column.sortBy ? column.sortBy(item) : column.text(item)
  if (typeof value === 'number') return Number.isNaN(value) ? null : value
  return value === null || value === '' ? null : value
}
