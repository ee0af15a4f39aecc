/** The loaded account at a glance: each mark leads to the records behind it. */
import { ChartColumn } from 'lucide-react'
import { useMemo } from 'react'
import type { Item } from '../../api/types'
import { Button } from '../../components/button'
import { EmptyState } from '../../components/empty-state'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import { FRESH_TABLE, useUrlState, type DateSpan, type FacetValue } from '../../lib/url-state'
import type { ChartSpec, ColumnSpec, IntegrationDescriptor, Measure } from '../descriptor'
import { CREATED, defaultColumns } from '../items/columns'
import { totalOf, type TypeTab } from '../items/object-types'
import type { AccountLoad } from '../load/account-load'
import { isActive } from '../load/load-state'
import type { Rows } from '../load/loaded-rows'
import { BarChart } from './bar-chart'
import { splitsOf } from './chart-data'
import { MonthChart } from './month-chart'
import { OverviewSkeleton } from './overview-skeleton'

const words = strings.overview

interface OverviewProps {
  readonly descriptor: IntegrationDescriptor
  readonly tabs: readonly TypeTab[]
  readonly load: AccountLoad
  /** It may still begin by itself. */
  readonly counting: boolean
  readonly onLoad: () => void
}

export function Overview({ descriptor, tabs, load, counting, onLoad }: OverviewProps) {
  const [, setUrl] = useUrlState()
  const here = tabs.filter((tab) => load.rowsOf(tab.name).count > 0)
  const coming = isActive(load.state) || (counting && load.state.phase === 'idle')
  if (here.length === 0) return coming ? <OverviewSkeleton /> : <NothingLoaded onLoad={onLoad} />
  const show = (type: string, narrowed: { readonly is?: FacetValue[]; readonly date?: DateSpan }) => {
    setUrl({ view: null, ...FRESH_TABLE, type, ...narrowed })
  }
  return (
    <div className="overview" tabIndex={0} role="region" aria-label={words.title}>
      <Coverage tabs={tabs} load={load} />
      <div className="charts">
        {descriptor.charts.map((chart) => (
          <ColumnChart
            key={`${chart.type} ${chart.column}`}
            chart={chart}
            tab={here.find((tab) => tab.name === chart.type)}
            descriptor={descriptor}
            load={load}
            onShow={(is) => {
              show(chart.type, { is })
            }}
          />
        ))}
        {here.map((tab) => (
          <MonthChart
            key={tab.name}
            title={words.created(tab.label)}
            rows={load.rowsOf(tab.name)}
            time={CREATED.time}
            onShow={(days) => {
              show(tab.name, { date: { column: CREATED.id, ...days } })
            }}
          />
        ))}
      </div>
    </div>
  )
}

interface ColumnChartProps {
  readonly chart: ChartSpec
  readonly tab: TypeTab | undefined
  readonly descriptor: IntegrationDescriptor
  readonly load: AccountLoad
  readonly onShow: (is: FacetValue[]) => void
}

function ColumnChart({ chart, tab, descriptor, load, onShow }: ColumnChartProps) {
  const columns = defaultColumns(descriptor, chart.type)
  const column = columns.find((entry) => entry.id === chart.column)
  const split = columns.find((entry) => entry.id === chart.splitBy)
  if (!tab || !column) return null
  const rows = load.rowsOf(tab.name)
  const title = chart.measure
    ? words.byWith(tab.label, column.header, chart.measure.header)
    : words.by(tab.label, column.header)
  if (split) return <SplitCharts {...{ title, rows, column, split, measure: chart.measure, onShow }} />
  return (
    <BarChart
      title={title}
      rows={rows}
      column={column}
      measure={chart.measure}
      onShow={(value) => {
        onShow([{ column: column.id, value }])
      }}
    />
  )
}

interface SplitChartsProps {
  readonly title: string
  readonly rows: Rows
  readonly column: ColumnSpec
  readonly split: ColumnSpec
  readonly measure: Measure | undefined
  readonly onShow: (is: FacetValue[]) => void
}

/** One chart per value of `split`; a single value needs no name. */
function SplitCharts({ title, rows, column, split, measure, onShow }: SplitChartsProps) {
  const { items, count } = rows
  const charts = useMemo(
    () => splitsOf(items, count, split).map((value) => ({ value, test: (item: Item) => split.text(item) === value })),
    [items, count, split],
  )
  return charts.map(({ value, test }) => (
    <BarChart
      key={value}
      title={charts.length === 1 ? title : words.split(title, value === '' ? words.none : value)}
      rows={rows}
      column={column}
      measure={measure}
      test={test}
      onShow={(chosen) => {
        onShow([
          { column: split.id, value },
          { column: column.id, value: chosen },
        ])
      }}
    />
  ))
}

/** Says so when the charts do not stand for everything. */
function Coverage({ tabs, load }: { readonly tabs: readonly TypeTab[]; readonly load: AccountLoad }) {
  const total = totalOf(tabs)
  const loaded = tabs.reduce((sum, tab) => sum + load.rowsOf(tab.name).count, 0)
  if (total === null || loaded >= total) return null
  return <p className="coverage">{words.notAll(formatCount(loaded), formatCount(total))}</p>
}

function NothingLoaded({ onLoad }: { readonly onLoad: () => void }) {
  return (
    <EmptyState
      icon={<ChartColumn />}
      title={words.empty}
      role="status"
      actions={
        <Button variant="primary" onClick={onLoad}>
          {strings.load.start}
        </Button>
      }
    >
      <p>{words.emptyText}</p>
    </EmptyState>
  )
}
