/** The column heads; each sorts by its column: up, down, as usual. */
import { ArrowDown, ArrowUp } from 'lucide-react'
import { memo, Suspense } from 'react'
import { lazyPart } from '../../components/panel-boundary'
import type { Sort } from '../../lib/url-state'
import { ChooseAllCell } from './choose-cells'
import { nextSort } from './sort-cycle'
import type { ColumnArrangement } from './use-column-arrangement'

// Not needed to read: they come beside the first rows. Where they cannot be loaded the table is read without them.
const ColumnTools = lazyPart(async () => (await import('./column-tools').catch(() => WITHOUT_TOOLS)).ColumnTools)
const WITHOUT_TOOLS = { ColumnTools: () => null }

interface ItemsHeaderProps {
  readonly arrangement: ColumnArrangement
  /** What the user chose; null shows the usual order. */
  readonly sort: Sort | null
  readonly usual: Sort | null
  readonly onSort: (sort: Sort | null) => void
  /** How many rows of the view are chosen; null without a checkbox. */
  readonly chosen: 'none' | 'some' | 'all' | null
  readonly onChooseAll: (chosen: boolean) => void
}

export const ItemsHeader = memo(function ItemsHeader(props: ItemsHeaderProps) {
  const { arrangement, sort, usual, onSort, chosen, onChooseAll } = props
  const shown = sort ?? usual
  const { columns, pinned, change } = arrangement
  const heads = columns.map((column) => {
    const sorted = shown?.id === column.id ? (shown.desc ? 'descending' : 'ascending') : 'none'
    return (
      <div
        key={column.id}
        role="columnheader"
        aria-sort={sorted}
        aria-label={column.header}
        data-column={column.id}
        className={column.align === 'end' ? 'cell column-head cell-end' : 'cell column-head'}
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
        {change && (
          <Suspense fallback={null}>
            <ColumnTools column={column} arrangement={arrangement} change={change} />
          </Suspense>
        )}
      </div>
    )
  })
  return (
    <div role="rowgroup" className="table-head">
      <div role="row" aria-rowindex={1} className="table-row">
        <div className="pinned">
          {chosen && <ChooseAllCell chosen={chosen} onChooseAll={onChooseAll} />}
          {heads.slice(0, pinned)}
        </div>
        {heads.slice(pinned)}
      </div>
    </div>
  )
})
