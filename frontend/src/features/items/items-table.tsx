/** The virtualised table: only what is on the screen is in the document. One row takes the focus; arrows move it, Enter opens it. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { Item } from '../../api/types'
import type { Density, Sort } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { ItemRowView } from './item-row'
import { ItemsHeader } from './items-header'
import { columnWidths, rowHeight } from './table-sizes'
import { useRowFocus } from './use-row-focus'

const HEADER_PX = 38
/** More rows are asked for when the end is this near. */
const NEAR_END_ROWS = 25

interface ItemsTableProps {
  readonly rows: readonly Item[]
  readonly label: string
  readonly columns: readonly ColumnSpec[]
  /** Where a narrow row's second line comes from. */
  readonly subtitleColumns: readonly ColumnSpec[]
  readonly narrow: boolean
  readonly density: Density
  readonly sort: Sort | null
  readonly total: number | null
  readonly openedId: string | null
  /** Names what is shown and in what order: another one begins at the top. */
  readonly arrangement: string
  readonly stale: boolean
  /** What records were before changes that were just shown; null for new ones. */
  readonly changed: ReadonlyMap<string, Item | null>
  readonly onSort: (sort: Sort | null) => void
  readonly onOpen: (id: string, byKeyboard: boolean) => void
  /** Called when the end comes near; null when nothing more is to be loaded by itself. */
  readonly onNearEnd: (() => void) | null
}

export function ItemsTable(props: ItemsTableProps) {
  const { rows, label, columns, subtitleColumns, narrow, density, sort, total, openedId, stale } = props
  const { arrangement, changed, onSort, onOpen, onNearEnd } = props
  const scroller = useRef<HTMLDivElement>(null)
  const grid = useRef<HTMLDivElement>(null)
  const rowPx = rowHeight(density, narrow)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollPaddingStart: HEADER_PX,
    scrollPaddingEnd: rowPx,
  })
  const visible = virtualizer.getVirtualItems()
  const focus = useRowFocus({
    count: rows.length,
    grid,
    scrollTo: (index) => {
      virtualizer.scrollToIndex(index, { align: 'auto' })
    },
    open: (index) => {
      const item = rows[index]
      if (item) onOpen(item.id, true)
    },
  })

  useEffect(() => {
    virtualizer.measure()
  }, [virtualizer, rowPx])

  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0
  }, [arrangement])

  const nearEnd = (visible.at(-1)?.index ?? 0) >= rows.length - NEAR_END_ROWS
  useEffect(() => {
    if (nearEnd) onNearEnd?.()
  }, [nearEnd, onNearEnd])

  return (
    <div className={stale ? 'table-scroll table-stale' : 'table-scroll'} ref={scroller}>
      <div
        ref={grid}
        role="grid"
        tabIndex={-1}
        aria-label={label}
        aria-rowcount={total === null ? rows.length + 1 : Math.max(total, rows.length) + 1}
        aria-colcount={columns.length}
        className={density === 'compact' ? 'table table-compact' : 'table'}
        style={columnWidths(columns)}
        onKeyDown={focus.onKeyDown}
      >
        <ItemsHeader columns={columns} sort={sort} onSort={onSort} />
        <div role="rowgroup" className="table-body" style={{ height: virtualizer.getTotalSize() }}>
          {visible.map((position) => {
            const item = rows[position.index]
            if (!item) return null
            return (
              <ItemRowView
                key={item.id}
                item={item}
                index={position.index}
                top={position.start}
                height={position.size}
                columns={columns}
                subtitleColumns={narrow ? subtitleColumns : null}
                opened={item.id === openedId}
                before={changed.get(item.id)}
                focusable={position.index === focus.active}
                onFocus={focus.setActive}
                onOpen={onOpen}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}
