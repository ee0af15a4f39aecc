/** The column heads; each sorts by its column. */
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ColumnSpec } from '../descriptor'
import type { ItemsTableModel } from './use-items-table'

const ARIA_SORT = { asc: 'ascending', desc: 'descending' } as const

export function ItemsHeader({
  table,
  specs,
}: {
  readonly table: ItemsTableModel
  readonly specs: readonly ColumnSpec[]
}) {
  return (
    <div role="rowgroup" className="table-head">
      <div role="row" aria-rowindex={1} className="table-row">
        {specs.map((spec) => {
          const column = table.getColumn(spec.id)
          const sorted = column?.getIsSorted() ?? false
          return (
            <div
              key={spec.id}
              role="columnheader"
              aria-sort={sorted ? ARIA_SORT[sorted] : 'none'}
              className={spec.align === 'end' ? 'cell cell-end' : 'cell'}
            >
              <button type="button" className="sort" onClick={() => column?.toggleSorting()}>
                <span>{spec.header}</span>
                {sorted === 'asc' && <ArrowUp aria-hidden="true" />}
                {sorted === 'desc' && <ArrowDown aria-hidden="true" />}
              </button>
            </div>
          )
        })}
      </div>
    </div>
  )
}
