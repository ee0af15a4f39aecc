/** The filters: one button a column that offers its values, one for dates. */
import { X } from 'lucide-react'
import type { Item } from '../../api/types'
import { Button } from '../../components/button'
import { strings } from '../../lib/strings'
import { useUrlState } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { DateFilter } from './date-filter'
import { FacetFilter } from './facet-filter'
import { isFiltered, matcherWithout } from './filters'

interface FilterBarProps {
  readonly columns: readonly ColumnSpec[]
  readonly items: readonly Item[]
  readonly count: number
}

export function FilterBar({ columns, items, count }: FilterBarProps) {
  const [url, setUrl] = useUrlState()
  const dates = columns.filter((column) => column.time)
  return (
    <div className="filter-bar" role="group" aria-label={strings.items.filters}>
      {columns
        .filter((column) => column.facet)
        .map((column) => (
          <FacetFilter
            key={column.id}
            column={column}
            items={items}
            count={count}
            test={matcherWithout({ q: url.q, is: url.is, date: url.date }, columns, column)}
            chosen={url.is.filter((facet) => facet.column === column.id).map((facet) => facet.value)}
            onChoose={(values) => {
              const others = url.is.filter((facet) => facet.column !== column.id)
              setUrl({ is: [...others, ...values.map((value) => ({ column: column.id, value }))] }, 'replace')
            }}
          />
        ))}
      {dates.length > 0 && (
        <DateFilter
          columns={dates}
          span={url.date}
          onChoose={(date) => {
            setUrl({ date }, 'replace')
          }}
        />
      )}
      {isFiltered(url) && (
        <Button
          variant="quiet"
          size="small"
          icon={<X />}
          onClick={() => {
            setUrl({ is: [], date: null }, 'replace')
          }}
        >
          {strings.items.clearFilters}
        </Button>
      )}
    </div>
  )
}
