/** The column heads; each sorts by its column: up, down, as usual. */
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { Sort } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { ChooseAllCell } from './choose-cells'
import { nextSort } from './sort-cycle'

interface ItemsHeaderProps {
  readonly columns: readonly ColumnSpec[]
  /** What the user chose; null shows the usual order. */
  readonly sort: Sort | null
  readonly usual: Sort | null
  readonly onSort: (sort: Sort | null) => void
  /** How many rows of the view are chosen; null without a checkbox. */
  readonly chosen: 'none' | 'some' | 'all' | null
  readonly onChooseAll: (chosen: boolean) => void
}

export function ItemsHeader({ columns, sort, usual, onSort, chosen, onChooseAll }: ItemsHeaderProps) {
  const shown = sort ?? usual
  return (
    <div role="rowgroup" className="table-head">
      <div role="row" aria-rowindex={1} className="table-row">
        {chosen && <ChooseAllCell chosen={chosen} onChooseAll={onChooseAll} />}
        {columns.map((column) => {
          const sorted = shown?.id === column.id ? (shown.desc ? 'descending' : 'ascending') : 'none'
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-sort={sorted}
              className={column.align === 'end' ? 'cell cell-end' : 'cell'}
            >
              <button
                type="button"
                className="sort"
                onClick={() => {
                  onSort(nextSort(column.id, sort, usual))
                }}
              >
                <span title={column.header}>{column.header}</span>
                {sorted === 'ascending' && <ArrowUp aria-hidden="true" />}
                {sorted === 'descending' && <ArrowDown aria-hidden="true" />}
              </button>
            </div>
          )
        })}
      </div>
    </div>
  )
}
