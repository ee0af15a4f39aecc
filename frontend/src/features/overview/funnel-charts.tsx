/** A chart for each pipeline with records: its stages in their order. */
import { useCallback, useMemo } from 'react'
import { strings } from '../../lib/strings'
import type { FunnelSpec, IntegrationDescriptor } from '../descriptor'
import { defaultColumns } from '../items/columns'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from '../load/account-load'
import type { Rows } from '../load/loaded-rows'
import { BarChart } from './bar-chart'
import { stagesOf, type FunnelColumns } from './chart-data'
import type { Show } from './show'
import { useRowsOf } from './use-rows-of'

const words = strings.overview

interface FunnelChartsProps {
  readonly descriptor: IntegrationDescriptor
  /** The types with records. */
  readonly tabs: readonly TypeTab[]
  readonly load: AccountLoad
  readonly onShow: Show
}

export function FunnelCharts({ descriptor, tabs, load, onShow }: FunnelChartsProps) {
  return (descriptor.funnels ?? []).map((funnel) => {
    const tab = tabs.find((entry) => entry.name === funnel.type)
    const columns = columnsOf(descriptor, funnel)
    return tab && columns ? <TypeFunnels key={tab.name} {...{ funnel, tab, columns, load, onShow }} /> : null
  })
}

function columnsOf(descriptor: IntegrationDescriptor, funnel: FunnelSpec): FunnelColumns | null {
  const columns = defaultColumns(descriptor, funnel.type)
  const pipeline = columns.find((column) => column.id === funnel.pipeline)
  const stage = columns.find((column) => column.id === funnel.stage)
  return pipeline && stage ? { pipeline, stage } : null
}

interface TypeFunnelsProps {
  readonly funnel: FunnelSpec
  readonly tab: TypeTab
  readonly columns: FunnelColumns
  readonly load: AccountLoad
  readonly onShow: Show
}

function TypeFunnels({ funnel, tab, columns, load, onShow }: TypeFunnelsProps) {
  const all = useRowsOf(load, tab.name)
  const outside = useMemo(() => outsideOf(all, tab, columns), [all, tab, columns])
  return (
    <>
      {tab.pipelines.map((pipeline, index) => (
        <Funnel
          key={pipeline.id}
          {...{ all, pipeline, funnel, tab, columns, onShow }}
          note={outside > 0 && index === 0 ? words.outside(outside) : null}
        />
      ))}
    </>
  )
}

/** Records whose pipeline is not among those of the account, such as a deleted one. */
function outsideOf({ items, count }: Rows, tab: TypeTab, { pipeline }: FunnelColumns): number {
  const known = new Set(tab.pipelines.map((entry) => entry.id))
  return items.slice(0, count).filter((item) => !known.has(String(item.properties[pipeline.property ?? ''] ?? '')))
    .length
}

type FunnelProps = Omit<TypeFunnelsProps, 'load'> & {
  readonly all: Rows
  readonly pipeline: TypeTab['pipelines'][number]
  readonly note: string | null
}

function Funnel({ all, pipeline, note, funnel, tab, columns, onShow }: FunnelProps) {
  const property = columns.pipeline.property ?? ''
  const rows = useMemo(() => {
    const items = all.items.slice(0, all.count).filter((item) => item.properties[property] === pipeline.id)
    return { items, count: items.length }
  }, [all, property, pipeline.id])
  const read = useCallback(
    () => stagesOf(rows, pipeline, columns, funnel.measure),
    // The columns are made again in each rendering, and always the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [rows, pipeline, funnel.measure],
  )
  if (rows.count === 0) return null
  return (
    <BarChart
      title={words.split(words.by(tab.label, columns.stage.header), pipeline.label)}
      header={columns.stage.header}
      rows={rows}
      measure={funnel.measure}
      footnote={note}
      read={read}
      onShow={({ values }) => {
        const is = values.map((value) => ({ column: columns.stage.id, value }))
        onShow(tab.name, { is: [{ column: columns.pipeline.id, value: pipeline.label }, ...is] })
      }}
    />
  )
}
