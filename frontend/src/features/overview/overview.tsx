/** The loaded account at a glance: each mark leads to the records behind it. */
import { ChartColumn } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../components/button'
import { EmptyState } from '../../components/empty-state'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import { FRESH_TABLE, useUrlState } from '../../lib/url-state'
import type { IntegrationDescriptor } from '../descriptor'
import { CREATED } from '../items/columns'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from '../load/account-load'
import { isActive } from '../load/load-state'
import { partOf } from '../load/totals'
import { Figures } from './figures'
import { FunnelCharts } from './funnel-charts'
import { ColumnChart } from './column-chart'
import { MONTHS } from './chart-data'
import type { Show } from './show'
import { MonthChart } from './month-chart'
import { OverviewSkeleton } from './overview-skeleton'

const words = strings.overview

/** Beside the pipelines: more are not read. */
const MAX_CHARTS = 6

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
  const [opened] = useState(() => Date.now())
  // Records that came since are no records of the future.
  const now = Math.max(opened, load.readAt)
  const here = tabs.filter((tab) => load.rowsOf(tab.name).count > 0)
  const coming = isActive(load.state) || (counting && load.state.phase === 'idle')
  if (here.length === 0) return coming ? <OverviewSkeleton /> : <NothingLoaded onLoad={onLoad} />
  const charts = descriptor.charts.filter((chart) => here.some((tab) => tab.name === chart.type)).slice(0, MAX_CHARTS)
  const created = here.filter((tab) => !descriptor.timeless && (descriptor.created?.includes(tab.name) ?? true))
  const show: Show = (type, narrowed) => {
    setUrl({ view: null, ...FRESH_TABLE, type, ...narrowed })
  }
  return (
    <div className="overview" tabIndex={0} role="region" aria-label={words.title}>
      <Coverage tabs={tabs} load={load} />
      <Figures descriptor={descriptor} tabs={here} load={load} now={now} />
      <div className="charts">
        <FunnelCharts descriptor={descriptor} tabs={here} load={load} onShow={show} />
        {charts.map((chart) => (
          <ColumnChart
            key={`${chart.type} ${chart.column}`}
            chart={chart}
            tab={here.find((tab) => tab.name === chart.type)}
            descriptor={descriptor}
            load={load}
            onShow={show}
          />
        ))}
        {created.slice(0, MAX_CHARTS - charts.length).map((tab) => (
          <MonthChart
            key={tab.name}
            title={words.created(tab.label, MONTHS)}
            load={load}
            type={tab.name}
            time={CREATED.time}
            now={now}
            onShow={(days) => {
              show(tab.name, { date: { column: CREATED.id, ...days } })
            }}
          />
        ))}
      </div>
    </div>
  )
}

/** Says so when the charts do not stand for everything. */
function Coverage({ tabs, load }: { readonly tabs: readonly TypeTab[]; readonly load: AccountLoad }) {
  const part = partOf(load, tabs)
  return part && <p className="coverage">{words.notAll(formatCount(part.loaded), formatCount(part.total))}</p>
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
