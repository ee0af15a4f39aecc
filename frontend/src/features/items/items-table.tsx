/** The virtualised table: only what is on the screen is in the document. One row takes the focus; arrows move it, Enter opens it, X chooses it. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { Item } from '../../api/types'
import type { Density, Sort } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { chooseByKey } from './choice-keys'
import { ItemRowView } from './item-row'
import { ItemsHeader } from './items-header'
import { rowHeight, tableClass, tableStyle } from './table-sizes'
import type { ColumnArrangement } from './use-column-arrangement'
import type { ChosenRows } from './use-chosen-rows'
import { useRowFocus } from './use-row-focus'

const HEADER_PX = 38
/** More rows are asked for when the end is this near. */
const NEAR_END_ROWS = 25

interface ItemsTableProps {
  readonly rows: readonly Item[]
  readonly label: string
  readonly arrangement: ColumnArrangement
  /** Where a narrow row's second line comes from. */
  readonly subtitleColumns: readonly ColumnSpec[]
  readonly narrow: boolean
  readonly density: Density
  /** What the user chose; null shows the usual order. */
  readonly sort: Sort | null
  readonly usualSort: Sort | null
  readonly total: number | null
  readonly openedId: string | null
  readonly chosen: ChosenRows
  /** The address of the table alone: a record's address adds the record. */
  readonly search: string
  /** Names which rows are shown and in what order: another one begins at the top. */
  readonly rowsKey: string
  readonly stale: boolean
  /** Other rows are awaited in place of these. */
  readonly busy: boolean
  /** What records were before changes that were just shown; null for new ones. */
  readonly changed: ReadonlyMap<string, Item | null>
  readonly onSort: (sort: Sort | null) => void
  readonly onOpen: (id: string, byKeyboard: boolean) => void
  /** Called when the end comes near; null when nothing more is to be loaded by itself. */
  readonly onNearEnd: (() => void) | null
}

export function ItemsTable(props: ItemsTableProps) {
  const { rows, label, arrangement, subtitleColumns, narrow, density, sort, total, openedId, stale, busy } = props
  const { usualSort, chosen, search, rowsKey, changed, onSort, onOpen, onNearEnd } = props
  const { columns, pinned } = arrangement
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
    rows,
    grid,
    scrollTo: (index) => {
      virtualizer.scrollToIndex(index, { align: 'auto' })
    },
    open: (index) => {
      const item = rows[index]
      if (item) onOpen(item.id, true)
    },
    extend: (from, to) => {
      const [first, last] = [rows[from], rows[to]]
      if (first && last) chosen.actions.extend(first.id, last.id)
    },
    onOtherKey: (event, index) => chooseByKey(event, rows[index]?.id, chosen),
  })

  useEffect(() => {
    virtualizer.measure()
  }, [virtualizer, rowPx])

  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0
  }, [rowsKey])

  const nearEnd = (visible.at(-1)?.index ?? 0) >= rows.length - NEAR_END_ROWS
  useEffect(() => {
    if (nearEnd) onNearEnd?.()
  }, [nearEnd, onNearEnd])

  return (
    <div className={scrollClass(stale, busy)} ref={scroller}>
      <div
        ref={grid}
        role="grid"
        aria-multiselectable="true"
        tabIndex={-1}
        aria-label={label}
        aria-busy={busy}
        aria-rowcount={total === null ? rows.length + 1 : Math.max(total, rows.length) + 1}
        aria-colcount={columns.length + (narrow ? 0 : 1)}
        className={tableClass({ density, narrow })}
        style={tableStyle(arrangement)}
        onKeyDown={focus.onKeyDown}
        onFocus={focus.onFocus}
        onBlur={focus.onBlur}
      >
        <ItemsHeader
          arrangement={arrangement}
          sort={sort}
          usual={usualSort}
          onSort={onSort}
          chosen={narrow ? null : shareOf(chosen, rows.length)}
          onChooseAll={chosen.actions.chooseAll}
        />
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
                pinned={pinned}
                subtitleColumns={narrow ? subtitleColumns : null}
                search={search}
                opened={item.id === openedId}
                chosen={chosen.ids.has(item.id)}
                before={changed.get(item.id)}
                focusable={position.index === focus.active}
                onFocus={focus.setActive}
                onOpen={onOpen}
                onChoose={narrow ? null : chosen.actions.choose}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** Which part of the rows is chosen. */
function shareOf(chosen: ChosenRows, count: number): 'none' | 'some' | 'all' {
  if (chosen.rows.length === 0) return 'none'
  return chosen.rows.length === count ? 'all' : 'some'
}

function scrollClass(stale: boolean, busy: boolean): string {
  return ['table-scroll', stale && 'table-stale', busy && 'table-busy'].filter(Boolean).join(' ')
}
