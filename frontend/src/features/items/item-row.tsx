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
  readonly focusable: boolean
  readonly onFocus: (index: number) => void
  readonly onOpen: (id: string, byKeyboard: boolean) => void
}

export const ItemRowView = memo(function ItemRowView(props: ItemRowProps) {
  const { item, index, top, height, columns, subtitleColumns, opened, focusable, onFocus, onOpen } = props
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
          <div key={column.id} role="gridcell" className={cellClass(column, place)}>
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

function cellClass(column: ColumnSpec, place: number): string {
  return ['cell', place === 0 && 'cell-name', column.align === 'end' && 'cell-end'].filter(Boolean).join(' ')
}
