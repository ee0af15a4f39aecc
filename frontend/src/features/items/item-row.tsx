/** One record's row. */
import { memo } from 'react'
import type { Item } from '../../api/types'
import type { ColumnSpec } from '../descriptor'
import { subtitle } from './table-model'

interface ItemRowProps {
  readonly item: Item
  readonly index: number
  readonly top: number
  readonly height: number
  readonly specs: readonly ColumnSpec[]
  readonly allSpecs: readonly ColumnSpec[]
  readonly narrow: boolean
  readonly opened: boolean
  readonly focusable: boolean
  readonly onFocus: (index: number) => void
  readonly onOpen: (id: string) => void
}

export const ItemRowView = memo(function ItemRowView(props: ItemRowProps) {
  const { item, index, top, height, specs, allSpecs, narrow, opened, focusable, onFocus, onOpen } = props
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={opened}
      data-index={index}
      data-id={item.id}
      tabIndex={focusable ? 0 : -1}
      className={opened ? 'table-row data-row data-row-open' : 'table-row data-row'}
      style={{ transform: `translateY(${String(top)}px)`, height }}
      onFocus={() => {
        onFocus(index)
      }}
      onClick={() => {
        onOpen(item.id)
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onOpen(item.id)
      }}
    >
      {specs.map((spec, column) => (
        <div key={spec.id} role="gridcell" className={cellClass(spec, column)}>
          <span className="cell-text">{spec.text(item)}</span>
          {narrow && column === 0 && <span className="cell-sub">{subtitle(item, allSpecs)}</span>}
        </div>
      ))}
    </div>
  )
})

function cellClass(spec: ColumnSpec, column: number): string {
  return ['cell', column === 0 && 'cell-name', spec.align === 'end' && 'cell-end'].filter(Boolean).join(' ')
}
