/** Records by the values of a column: one bar per value, its number beside it. */
import { useMemo } from 'react'
import type { Item } from '../../api/types'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec, Measure } from '../descriptor'
import type { Rows } from '../load/loaded-rows'
import { barsOf, lengthOf, type Bar } from './chart-data'
import { ChartCard } from './chart-card'

const words = strings.overview

interface BarChartProps {
  readonly title: string
  readonly rows: Rows
  readonly column: ColumnSpec
  readonly measure: Measure | undefined
  /** Only records that pass are counted. */
  readonly test?: ((item: Item) => boolean) | null
  readonly onShow: (value: string) => void
}

export function BarChart({ title, rows, column, measure, test = null, onShow }: BarChartProps) {
  const { items, count } = rows
  const { bars, others, records, by, unit } = useMemo(
    () => barsOf(items, count, column, measure, test),
    [items, count, column, measure, test],
  )
  const longest = Math.max(1, ...bars.map((bar) => lengthOf(bar, by)))
  const isSum = measure !== undefined && by === 'sum'
  return (
    <ChartCard
      title={title}
      note={words.bars(isSum ? words.measured(measure.header, unit) : null, formatCount(records))}
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
                <span className="bar-number">{isSum ? sumsOf(bar, measure) : formatCount(bar.count)}</span>
                {measure && (
                  <span className="bar-number bar-second muted">
                    {isSum ? formatCount(bar.count) : sumsOf(bar, measure)}
                  </span>
                )}
                <span className="bar-track" aria-hidden="true">
                  <span style={{ scale: `${String(lengthOf(bar, by) / longest)} 1` }} />
                </span>
              </button>
            </li>
          ))}
          {others > 0 && <li className="muted bar-others">{words.others(formatCount(others))}</li>}
        </ul>
      }
      table={<BarTable bars={bars} column={column} measure={measure} />}
    />
  )
}

interface BarTableProps {
  readonly bars: readonly Bar[]
  readonly column: ColumnSpec
  readonly measure: Measure | undefined
}

function BarTable({ bars, column, measure }: BarTableProps) {
  return (
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
