/** From rows to what a chart shows. Pure. */
import type { Item } from '../../api/types'
import type { ColumnSpec, Measure } from '../descriptor'
import { dayOf } from '../items/filters'

/** More values than this are summed up as others. */
const MAX_BARS = 8
/** More would be too narrow to click. */
const MAX_MONTHS = 12
const MAX_SPLITS = 4

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
  /** What a bar's length stands for: the sum where all sums have one unit, else the number of records. */
  readonly by: 'count' | 'sum'
  /** All records that are counted, those without a bar included. */
  readonly records: number
  /** The unit of all sums; null for none or several. */
  readonly unit: string | null
}

interface Month {
  /** `2026-03` */
  readonly month: string
  readonly count: number
}

/** The values of a column among the first `count` items that pass `test`, the longest bar first. */
export function barsOf(
  items: readonly Item[],
  count: number,
  column: ColumnSpec,
  measure?: Measure,
  test: ((item: Item) => boolean) | null = null,
): Bars {
  const byValue = new Map<string, { count: number; sums: Map<string | null, number> }>()
  for (const item of firstOf(items, count)) {
    if (test && !test(item)) continue
    const value = column.text(item)
    const bar = byValue.get(value) ?? { count: 0, sums: new Map<string | null, number>() }
    bar.count += 1
    if (measure) addTo(bar.sums, measure, item)
    byValue.set(value, bar)
  }
  const units = new Set([...byValue.values()].flatMap(({ sums }) => [...sums.keys()]))
  const by = units.size === 1 ? 'sum' : 'count'
  const bars = [...byValue]
    .map(([value, bar]) => ({ value, ...bar }))
    .sort((a, b) => lengthOf(b, by) - lengthOf(a, by) || b.count - a.count)
  const unit = by === 'sum' ? ([...units][0] ?? null) : null
  const records = bars.reduce((sum, bar) => sum + bar.count, 0)
  return { bars: bars.slice(0, MAX_BARS), others: Math.max(0, bars.length - MAX_BARS), records, by, unit }
}

/** The number that a bar's length stands for. */
export function lengthOf(bar: Bar, by: Bars['by']): number {
  return by === 'count' ? bar.count : [...bar.sums.values()].reduce((total, sum) => total + sum, 0)
}

/** The most frequent values of a column that have a name: each gets a chart. A deleted pipeline has only an id. */
export function splitsOf(items: readonly Item[], count: number, column: ColumnSpec): readonly string[] {
  const { property } = column
  const named = (item: Item) => property === undefined || item.labels[property] !== undefined
  return barsOf(items, count, column, undefined, named)
    .bars.slice(0, MAX_SPLITS)
    .map((bar) => bar.value)
}

/** Records a month, gaps included: the last twelve months up to the newest record. */
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
