/** Records by the values of a column: a bar a value, its number beside it. */
import { useMemo } from 'react'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec, Measure } from '../descriptor'
import type { Rows } from '../load/loaded-rows'
import { barsOf, type Bar } from './chart-data'
import { ChartCard } from './chart-card'

const words = strings.overview

interface BarChartProps {
  readonly title: string
  readonly rows: Rows
  readonly column: ColumnSpec
  readonly measure: Measure | undefined
  readonly onShow: (value: string) => void
}

export function BarChart({ title, rows, column, measure, onShow }: BarChartProps) {
  const { items, count } = rows
  const { bars, others } = useMemo(() => barsOf(items, count, column, measure), [items, count, column, measure])
  const most = Math.max(1, ...bars.map((bar) => bar.count))
  return (
    <ChartCard
      title={title}
      chart={
        <ul className="bars">
          {bars.map((bar) => (
            <li key={bar.value}>
              <button
                type="button"
                className="bar"
                onClick={() => {
                  onShow(bar.value)
                }}
              >
                <span className="bar-name">{nameOf(bar)}</span>
                <span className="bar-number">{formatCount(bar.count)}</span>
                {measure && <span className="bar-number bar-sum muted">{sumsOf(bar, measure)}</span>}
                <span className="bar-track" aria-hidden="true">
                  <span style={{ scale: `${String(bar.count / most)} 1` }} />
                </span>
              </button>
            </li>
          ))}
          {others > 0 && <li className="muted bar-others">{words.others(formatCount(others))}</li>}
        </ul>
      }
      table={
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{column.header}</th>
              <th scope="col" className="cell-end">
                {words.count}
              </th>
              {measure && (
                <th scope="col" className="cell-end">
                  {measure.header}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.value}>
                <th scope="row">{nameOf(bar)}</th>
                <td className="cell-end">{formatCount(bar.count)}</td>
                {measure && <td className="cell-end">{sumsOf(bar, measure)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  )
}

function nameOf(bar: Bar): string {
  return bar.value === '' ? words.none : bar.value
}

function sumsOf(bar: Bar, measure: Measure): string {
  return [...bar.sums]
    .sort((a, b) => b[1] - a[1])
    .map(([unit, sum]) => measure.format(sum, unit))
    .join(' + ')
}
