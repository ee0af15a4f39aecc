/** The virtualised table: only what is on the screen is in the document. One row takes the focus; arrows move it, Enter opens it. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, type CSSProperties } from 'react'
import type { ColumnSpec } from '../descriptor'
import { ItemRowView } from './item-row'
import { ItemsHeader } from './items-header'
import { useRowFocus } from './use-row-focus'
import type { ItemsTableModel } from './use-items-table'

const ROW_PX = 44
const NARROW_ROW_PX = 62
const HEADER_PX = 38
/** More rows are asked for when the end is this near. */
const NEAR_END_ROWS = 25

interface ItemsTableProps {
  readonly table: ItemsTableModel
  readonly label: string
  readonly specs: readonly ColumnSpec[]
  readonly allSpecs: readonly ColumnSpec[]
  readonly narrow: boolean
  readonly total: number | null
  readonly openedId: string | null
  readonly stale: boolean
  readonly onOpen: (id: string) => void
  /** Called when the end comes near; null when nothing more is to be loaded by itself. */
  readonly onNearEnd: (() => void) | null
}

export function ItemsTable(props: ItemsTableProps) {
  const { table, label, specs, allSpecs, narrow, total, openedId, stale, onOpen, onNearEnd } = props
  const scroller = useRef<HTMLDivElement>(null)
  const rows = table.getRowModel().rows
  const rowPx = narrow ? NARROW_ROW_PX : ROW_PX
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 12,
    scrollPaddingStart: HEADER_PX,
    scrollPaddingEnd: rowPx,
  })
  const visible = virtualizer.getVirtualItems()
  const focus = useRowFocus(rows.length, scroller, (index) => {
    virtualizer.scrollToIndex(index, { align: 'auto' })
  })

  useEffect(() => {
    virtualizer.measure()
  }, [virtualizer, rowPx])

  const nearEnd = (visible.at(-1)?.index ?? 0) >= rows.length - NEAR_END_ROWS
  useEffect(() => {
    if (nearEnd) onNearEnd?.()
  }, [nearEnd, onNearEnd])

  const columns = { '--columns': gridColumns(specs) } as CSSProperties
  return (
    <div className={stale ? 'table-scroll table-stale' : 'table-scroll'} ref={scroller}>
      <div
        role="grid"
        aria-label={label}
        aria-rowcount={total === null ? -1 : Math.max(total, rows.length) + 1}
        aria-colcount={specs.length}
        className="table"
        style={columns}
        onKeyDown={focus.onKeyDown}
      >
        <ItemsHeader table={table} specs={specs} />
        <div role="rowgroup" className="table-body" style={{ height: virtualizer.getTotalSize() }}>
          {visible.map((position) => {
            const row = rows[position.index]
            if (!row) return null
            return (
              <ItemRowView
                key={row.id}
                item={row.original}
                index={position.index}
                top={position.start}
                height={position.size}
                specs={specs}
                allSpecs={allSpecs}
                narrow={narrow}
                opened={row.id === openedId}
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

function gridColumns(specs: readonly ColumnSpec[]): string {
  return specs
    .map((spec) => `minmax(${String(Math.round((spec.grow ?? 1) * 104))}px, ${String(spec.grow ?? 1)}fr)`)
    .join(' ')
}
