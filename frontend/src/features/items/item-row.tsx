/** One record's row. */
import { memo, type MouseEvent } from 'react'
import type { Item } from '../../api/types'
import { buildSearch } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { cellContent } from './cell-content'
import { ChooseCell } from './choose-cells'
import { subtitle } from './columns'

interface ItemRowProps {
  readonly item: Item
  readonly index: number
  readonly top: number
  readonly height: number
  readonly columns: readonly ColumnSpec[]
  /** This many columns stay at the left. */
  readonly pinned: number
  /** Narrow rows have a second line out of these. */
  readonly subtitleColumns: readonly ColumnSpec[] | null
  /** The address of the table, to which the record's adds the record. */
  readonly search: string
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
  const { item, index, top, height, columns, pinned, subtitleColumns, search, opened, chosen, before } = props
  const { focusable, onFocus, onOpen, onChoose } = props
  const cells = columns.map((column, place) => {
    const text = column.text(item)
    return (
      <div key={column.id} role="gridcell" className={cellClass(column, place, isChanged(column, text, before))}>
        {place === 0 ? (
          <a
            className="cell-text"
            dir="auto"
            title={text}
            href={buildSearch(search, { item: item.id })}
            tabIndex={focusable ? 0 : -1}
          >
            {text}
          </a>
        ) : (
          cellContent(column, item, text, focusable ? 0 : -1)
        )}
        {place === 0 && subtitleColumns && (
          <span className="cell-sub" dir="auto">
            {subtitle(item, subtitleColumns)}
          </span>
        )}
      </div>
    )
  })
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
      onClick={(event) => {
        if (isForBrowser(event)) return
        event.preventDefault()
        onOpen(item.id, isByKeyboard(event))
      }}
    >
      <div className="pinned">
        {onChoose && (
          <ChooseCell
            name={item.name}
            chosen={chosen}
            onChoose={(range) => {
              onChoose(item.id, range)
            }}
          />
        )}
        {cells.slice(0, pinned)}
      </div>
      {cells.slice(pinned)}
    </div>
  )
})

/** A link to another place, or the record's own that is to open elsewhere, such as in a new tab. */
function isForBrowser(event: MouseEvent): boolean {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (link === null) return false
  return !link.matches('.cell-name > a') || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
}

/** Enter on the name's link is a click without a pointer. */
function isByKeyboard(event: MouseEvent): boolean {
  return event.detail === 0
}

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
