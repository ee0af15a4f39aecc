/** One record's row. */
import { memo } from 'react'
import type { Item } from '../../api/types'
import type { ColumnSpec } from '../descriptor'
import { subtitle } from './columns'

interface ItemRowProps {
  readonly item: Item
  readonly index: number
  readonly top: number
  readonly height: number
  readonly columns: readonly ColumnSpec[]
  /** Narrow rows have a second line out of these. */
  readonly subtitleColumns: readonly ColumnSpec[] | null
  readonly opened: boolean
  /** What it was before a change that was just shown; null for a new record, undefined without one. */
  readonly before: Item | null | undefined
  readonly focusable: boolean
  readonly onFocus: (index: number) => void
  readonly onOpen: (id: string, byKeyboard: boolean) => void
}

export const ItemRowView = memo(function ItemRowView(props: ItemRowProps) {
  const { item, index, top, height, columns, subtitleColumns, opened, before, focusable, onFocus, onOpen } = props
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={opened}
      data-index={index}
      data-id={item.id}
      data-row-open={opened || undefined}
      tabIndex={focusable ? 0 : -1}
      className={opened ? 'table-row data-row data-row-open' : 'table-row data-row'}
      style={{ transform: `translateY(${String(top)}px)`, height }}
      onFocus={() => {
        onFocus(index)
      }}
      onClick={() => {
        onOpen(item.id, false)
      }}
    >
      {columns.map((column, place) => {
        const text = column.text(item)
        return (
          <div key={column.id} role="gridcell" className={cellClass(column, place, isChanged(column, text, before))}>
            <span className="cell-text" title={text}>
              {text}
            </span>
            {place === 0 && subtitleColumns && <span className="cell-sub">{subtitle(item, subtitleColumns)}</span>}
          </div>
        )
      })}
    </div>
  )
})

function isChanged(column: ColumnSpec, text: string, before: Item | null | undefined): boolean {
  return before === null || (before !== undefined && column.text(before) !== text)
}

function cellClass(column: ColumnSpec, place: number, changed: boolean): string {
  const names = ['cell', place === 0 && 'cell-name', column.align === 'end' && 'cell-end', changed && 'cell-changed']
  return names.filter(Boolean).join(' ')
}
