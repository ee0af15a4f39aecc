/** Records by the month they were created in, of the last twelve months: a column a month. */
import { useMemo } from 'react'
import type { Item } from '../../api/types'
import { formatCount, formatMonth } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { AccountLoad } from '../load/account-load'
import { ChartCard } from './chart-card'
import { daysOfMonth, monthsOf } from './chart-data'
import { useRowsOf } from './use-rows-of'

const words = strings.overview

interface MonthChartProps {
  readonly title: string
  readonly load: AccountLoad
  readonly type: string
  readonly time: (item: Item) => string | null
  readonly now: number
  readonly onShow: (days: { readonly from: string; readonly to: string }) => void
}

export function MonthChart({ title, load, type, time, now, onShow }: MonthChartProps) {
  const rows = useRowsOf(load, type)
  const months = useMemo(() => monthsOf(rows, time, new Date(now)), [rows, time, now])
  const [first, last] = [months[0], months.at(-1)]
  if (!first || !last) return null
  const shown = months.reduce((sum, entry) => sum + entry.count, 0)
  const most = Math.max(1, ...months.map((entry) => entry.count))
  return (
    <ChartCard
      title={title}
      note={words.range(formatMonth(first.month), formatMonth(last.month), formatCount(shown), rows.count)}
      chart={
        <div className="months-chart">
          <p className="months-most muted">{formatCount(most)}</p>
          <ul className="months">
            {months.map((entry) => (
              <li key={entry.month}>
                <button
                  type="button"
                  className="month"
                  disabled={entry.count === 0}
                  title={words.mark(formatMonth(entry.month), formatCount(entry.count))}
                  aria-label={words.mark(formatMonth(entry.month), formatCount(entry.count))}
                  onClick={() => {
                    onShow(daysOfMonth(entry.month))
                  }}
                >
                  <span style={{ scale: `1 ${String(entry.count / most)}` }} />
                </button>
              </li>
            ))}
          </ul>
          <p className="months-ends muted" aria-hidden="true">
            <span>{formatMonth(first.month)}</span>
            <span>{formatMonth(last.month)}</span>
          </p>
        </div>
      }
      table={
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{words.month}</th>
              <th scope="col" className="cell-end">
                {words.count}
              </th>
            </tr>
          </thead>
          <tbody>
            {months
              .filter((entry) => entry.count > 0)
              .map((entry) => (
                <tr key={entry.month}>
                  <th scope="row">{formatMonth(entry.month)}</th>
                  <td className="cell-end">{formatCount(entry.count)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      }
    />
  )
}
