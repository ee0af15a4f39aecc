/** One record's row. */
import { memo } from 'react'
import type { Item } from '../../api/types'
import type { ColumnSpec } from '../descriptor'
import { ChooseCell } from './choose-cells'
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
  readonly chosen: boolean
  /** What it was before a change that was just shown; null for a new record, undefined without one. */
  readonly before: Item | null | undefined
  readonly focusable: boolean
  readonly onFocus: (index: number) => void
  readonly onOpen: (id: string, byKeyboard: boolean) => void
  /** Null without a checkbox. With `range` the rows from the last chosen one on are meant. */
  readonly onChoose: ((id: string, range: boolean) => void) | null
}

export const ItemRowView = memo(function ItemRowView(props: ItemRowProps) {
  const { item, index, top, height, columns, subtitleColumns, opened, chosen, before, focusable } = props
  const { onFocus, onOpen, onChoose } = props
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      aria-current={opened || undefined}
      data-index={index}
      data-id={item.id}
      data-row-open={opened || undefined}
      tabIndex={focusable ? 0 : -1}
      className={rowClass(opened, chosen)}
      style={{ transform: `translateY(${String(top)}px)`, height }}
      onFocus={() => {
        onFocus(index)
      }}
      onClick={() => {
        onOpen(item.id, false)
      }}
    >
      {onChoose && (
        <ChooseCell
          name={item.name}
          chosen={chosen}
          onChoose={(range) => {
            onChoose(item.id, range)
          }}
        />
      )}
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

function rowClass(opened: boolean, chosen: boolean): string {
  return ['table-row data-row', opened && 'data-row-open', chosen && 'data-row-chosen'].filter(Boolean).join(' ')
}

function cellClass(column: ColumnSpec, place: number, changed: boolean): string {
  const names = ['cell', place === 0 && 'cell-name', column.align === 'end' && 'cell-end', changed && 'cell-changed']
  return names.filter(Boolean).join(' ')
}
