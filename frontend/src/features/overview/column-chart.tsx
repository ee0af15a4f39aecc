/** Records of a type by the values of one of its columns. */
import { useCallback } from 'react'
import { strings } from '../../lib/strings'
import type { ChartSpec, ColumnSpec, IntegrationDescriptor } from '../descriptor'
import { defaultColumns } from '../items/columns'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from '../load/account-load'
import { BarChart } from './bar-chart'
import { barsOf, type Quantity } from './chart-data'
import type { Show } from './show'
import { useRowsOf } from './use-rows-of'

interface ColumnChartProps {
  readonly chart: ChartSpec
  readonly tab: TypeTab | undefined
  readonly descriptor: IntegrationDescriptor
  readonly load: AccountLoad
  readonly onShow: Show
}

export function ColumnChart(props: ColumnChartProps) {
  const { chart, tab, descriptor } = props
  const column = defaultColumns(descriptor, chart.type).find((entry) => entry.id === chart.column)
  return tab && column ? <KnownColumnChart {...props} tab={tab} column={column} /> : null
}

type KnownProps = ColumnChartProps & { readonly tab: TypeTab; readonly column: ColumnSpec }

function KnownColumnChart({ chart, tab, column, load, onShow }: KnownProps) {
  const rows = useRowsOf(load, tab.name)
  const read = useCallback(
    (quantity: Quantity) => barsOf(rows, column, quantity, chart.measure),
    [rows, column, chart.measure],
  )
  return (
    <BarChart
      title={strings.overview.by(tab.label, column.header)}
      header={column.header}
      rows={rows}
      measure={chart.measure}
      read={read}
      onShow={({ values }) => {
        onShow(tab.name, { is: values.map((value) => ({ column: column.id, value })) })
      }}
    />
  )
}
