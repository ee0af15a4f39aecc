/** The bars of a chart as a table. */
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { Measure } from '../descriptor'
import type { Bar } from './chart-data'

const words = strings.overview

interface BarTableProps {
  readonly bars: readonly Bar[]
  readonly header: string
  readonly measure: Measure | undefined
}

export function BarTable({ bars, header, measure }: BarTableProps) {
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">{header}</th>
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
          <tr key={bar.name ?? ' '}>
            <th scope="row">{nameOf(bar)}</th>
            <td className="cell-end">{formatCount(bar.count)}</td>
            {measure && <td className="cell-end">{sumsOf(bar, measure)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function nameOf({ name }: Bar): string {
  if (name === null) return words.nameless
  return name === '' ? words.none : name
}

/** Each unit for itself, the largest first. */
export function sumsOf({ sums }: Pick<Bar, 'sums'>, measure: Measure): string {
  return [...sums]
    .sort((a, b) => b[1] - a[1])
    .map(([unit, sum]) => measure.format(sum, unit))
    .join(' · ')
}
