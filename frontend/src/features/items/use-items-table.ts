/** The table over the loaded items: filtered, sorted, with the columns that fit. */
import { useTable, type ReactTable, type SortingState, type Updater } from '@tanstack/react-table'
import { useCallback, useMemo } from 'react'
import type { Item } from '../../api/types'
import type { Sort } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { columnDefs, filterItems, tableFeaturesUsed, type TableFeaturesUsed } from './table-model'

export type ItemsTableModel = ReactTable<TableFeaturesUsed, Item>

interface ItemsTableInput {
  readonly items: readonly Item[]
  readonly specs: readonly ColumnSpec[]
  readonly filter: string
  readonly sort: Sort | null
  readonly onSort: (sort: Sort | null) => void
}

export function useItemsTable({ items, specs, filter, sort, onSort }: ItemsTableInput): ItemsTableModel {
  const data = useMemo(() => filterItems(items, filter), [items, filter])
  const columns = useMemo(() => columnDefs(specs), [specs])
  const sorting = useMemo<SortingState>(() => {
    const known = sort !== null && specs.some((spec) => spec.id === sort.id)
    return known ? [{ id: sort.id, desc: sort.desc }] : []
  }, [sort, specs])
  const onSortingChange = useCallback(
    (updater: Updater<SortingState>) => {
      const [first] = typeof updater === 'function' ? updater(sorting) : updater
      onSort(first ?? null)
    },
    [sorting, onSort],
  )
  return useTable({
    features: tableFeaturesUsed,
    data: data as Item[],
    columns,
    state: { sorting },
    onSortingChange,
    getRowId: (item) => item.id,
    enableMultiSort: false,
  })
}
