/** From rows to what a chart shows. Pure. */
import type { Item } from '../../api/types'
import type { ColumnSpec, Measure } from '../descriptor'
import { dayOf } from '../items/filters'

/** More values than this are summed up as others. */
const MAX_BARS = 10
const MAX_MONTHS = 24

export interface Bar {
  readonly value: string
  readonly count: number
  /** Of the measure, by unit; empty without one. */
  readonly sums: ReadonlyMap<string | null, number>
}

interface Bars {
  readonly bars: readonly Bar[]
  /** How many values have no bar of their own. */
  readonly others: number
}

interface Month {
  /** `2026-03` */
  readonly month: string
  readonly count: number
}

/** The most frequent values of a column among the first `count` items. */
export function barsOf(items: readonly Item[], count: number, column: ColumnSpec, measure?: Measure): Bars {
  const byValue = new Map<string, { count: number; sums: Map<string | null, number> }>()
  for (const item of firstOf(items, count)) {
    const value = column.text(item)
    const bar = byValue.get(value) ?? { count: 0, sums: new Map<string | null, number>() }
    bar.count += 1
    if (measure) addTo(bar.sums, measure, item)
    byValue.set(value, bar)
  }
  const bars = [...byValue].map(([value, bar]) => ({ value, ...bar })).sort((a, b) => b.count - a.count)
  return { bars: bars.slice(0, MAX_BARS), others: Math.max(0, bars.length - MAX_BARS) }
}

/** Records a month, gaps included, up to the last one that has any. */
export function monthsOf(items: readonly Item[], count: number, time: (item: Item) => string | null): readonly Month[] {
  const counts = new Map<string, number>()
  for (const item of firstOf(items, count)) {
    const month = dayOf(time(item))?.slice(0, 7)
    if (month) counts.set(month, (counts.get(month) ?? 0) + 1)
  }
  const [first, last] = [...counts.keys()].reduce<readonly (string | null)[]>(
    ([low, high], month) => [low && low < month ? low : month, high && high > month ? high : month],
    [null, null],
  )
  if (!first || !last) return []
  return monthsBetween(first, last).map((month) => ({ month, count: counts.get(month) ?? 0 }))
}

/** First and last day of a month, as a filter has them. */
export function daysOfMonth(month: string): { readonly from: string; readonly to: string } {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate()
  return { from: `${month}-01`, to: `${month}-${String(last)}` }
}

function monthsBetween(first: string, last: string): string[] {
  const months: string[] = []
  for (let month = last; month >= first && months.length < MAX_MONTHS; month = monthBefore(month)) months.unshift(month)
  return months
}

function monthBefore(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return number === 1 ? `${String(year - 1)}-12` : `${String(year)}-${String(number - 1).padStart(2, '0')}`
}

function addTo(sums: Map<string | null, number>, measure: Measure, item: Item): void {
  const value = measure.value(item)
  if (value === null) return
  const unit = measure.unit(item)
  sums.set(unit, (sums.get(unit) ?? 0) + value)
}

function* firstOf(items: readonly Item[], count: number): Generator<Item> {
  for (let index = 0; index < count; index++) {
    const item = items[index]
    if (item) yield item
  }
}
