/** The filters: one button a column that offers its values, one for dates, one for each condition. */
import { X } from 'lucide-react'
import { Button } from '../../components/button'
import { FirstUse, preparedPart } from '../../components/first-use'
import { strings } from '../../lib/strings'
import { useUrlState } from '../../lib/url-state'
import type { ColumnSpec, IntegrationDescriptor } from '../descriptor'
import { ConditionPills } from './condition-pills'
import { datePillClass, DatePillContent } from './date-pill'
import { FacetFilter } from './facet-filter'
import { definedValues, isFiltered, matcherWithout } from './filters'
import type { TypeTab } from './object-types'
import type { RecordsHere } from './use-records'

const [DateFilter, prepareDates] = preparedPart(async () => (await import('./date-filter')).DateFilter)

interface FilterBarProps {
  readonly columns: readonly ColumnSpec[]
  /** Of the type, and what defines their values. */
  readonly tab: Pick<TypeTab, 'name' | 'pipelines'>
  readonly descriptor: Pick<IntegrationDescriptor, 'funnels'>
  /** Whose values are offered. */
  readonly records: RecordsHere
}

export function FilterBar({ columns, tab, descriptor, records }: FilterBarProps) {
  const [url, setUrl] = useUrlState()
  const { items, count, complete, request } = records
  const { pipelines } = tab
  const funnel = descriptor.funnels?.find((spec) => spec.type === tab.name)
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
            counted={complete}
            test={complete ? matcherWithout(url, columns, column) : null}
            defined={definedValues(column, { pipelines, funnel }).map(({ label }) => label)}
            chosen={url.is.filter((facet) => facet.column === column.id).map((facet) => facet.value)}
            onChoose={(values) => {
              const others = url.is.filter((facet) => facet.column !== column.id)
              setUrl({ is: [...others, ...values.map((value) => ({ column: column.id, value }))] }, 'replace')
            }}
          />
        ))}
      {dates.length > 0 && (
        <FirstUse
          className={datePillClass(dates, url.date)}
          prepare={prepareDates}
          menu={
            <DateFilter
              columns={dates}
              span={url.date}
              onChoose={(date) => {
                setUrl({ date }, 'replace')
              }}
            />
          }
        >
          <DatePillContent columns={dates} span={url.date} />
        </FirstUse>
      )}
      <ConditionPills columns={columns} records={records} request={request} />
      {isFiltered(url, columns) && (
        <Button
          variant="quiet"
          size="small"
          icon={<X />}
          onClick={() => {
            setUrl({ is: [], date: null, where: [] }, 'replace')
          }}
        >
          {strings.items.clearFilters}
        </Button>
      )}
    </div>
  )
}
