/** From rows to what a chart shows. Pure. */
import type { Item, ObjectType } from '../../api/types'
import type { ColumnSpec, FigureSpec, FunnelSpec, Measure } from '../descriptor'
import { dayAfter, dayOf, daySpan, dayString } from '../items/day-span'
import type { Rows } from '../load/loaded-rows'

/** More values than this are summed up as others. */
const MAX_BARS = 6
/** More would be too narrow to click. */
export const MONTHS = 12
/** A value that is nobody's word: an owner or a stage that no longer has a name. */
const ID = /^(\d{3,}|[a-z\d]+(_[a-z\d]+)+)$/

/** By unit, such as a currency: sums of several are never added up. */
type Sums = ReadonlyMap<string | null, number>

/** What a bar's length stands for: the number of records, or the sum in one unit. */
export type Quantity = { readonly of: 'records' } | { readonly of: 'sum'; readonly unit: string | null }

export interface Bar {
  /** Null for values without a name. */
  readonly name: string | null
  /** The texts it stands for, as a filter has them. */
  readonly values: readonly string[]
  readonly count: number
  readonly sums: Sums
}

interface Bars {
  readonly bars: readonly Bar[]
  /** How many values have no bar of their own. */
  readonly others: number
  /** All records that are counted, those without a bar included. */
  readonly records: number
}

interface Month {
  /** `2026-03` */
  readonly month: string
  readonly count: number
}

/** The number that a bar's length stands for. */
export function lengthOf(bar: Pick<Bar, 'count' | 'sums'>, quantity: Quantity): number {
  return quantity.of === 'records' ? bar.count : (bar.sums.get(quantity.unit) ?? 0)
}

/** What the lengths may stand for: the records, and the sum in each unit, the most frequent first. */
export function quantitiesOf(rows: Rows, measure: Measure | undefined): readonly Quantity[] {
  const counts = new Map<string | null, number>()
  for (const item of measure ? firstOf(rows) : [])
    if (measure && measure.value(item) !== null) {
      const unit = measure.unit(item)
      counts.set(unit, (counts.get(unit) ?? 0) + 1)
    }
  const units = [...counts].sort((a, b) => b[1] - a[1]).map(([unit]) => unit)
  return [{ of: 'records' }, ...units.map((unit) => ({ of: 'sum', unit }) as const)]
}

/** The values of a column, the longest bar first. */
export function barsOf(rows: Rows, column: ColumnSpec, quantity: Quantity, measure?: Measure): Bars {
  const tally = new Tally(measure)
  for (const item of firstOf(rows)) {
    const text = column.text(item)
    const nameless = ID.test(text) && column.property !== undefined && item.labels[column.property] === undefined
    tally.add(nameless ? null : text, text, item)
  }
  const bars = tally.bars().sort((a, b) => lengthOf(b, quantity) - lengthOf(a, quantity) || b.count - a.count)
  const records = bars.reduce((sum, bar) => sum + bar.count, 0)
  return { bars: bars.slice(0, MAX_BARS), others: Math.max(0, bars.length - MAX_BARS), records }
}

type Pipeline = ObjectType['pipelines'][number]

/** The stages of one pipeline in their order, empty ones included; a stage that is no more comes last. */
export function stagesOf(rows: Rows, pipeline: Pipeline, columns: FunnelColumns, measure?: Measure): Bars {
  const tally = new Tally(measure)
  const known = new Map(pipeline.stages.map((stage) => [stage.id, stage.label]))
  for (const label of known.values()) tally.open(label)
  for (const item of firstOf(rows)) {
    if (idOf(item, columns.pipeline) !== pipeline.id) continue
    tally.add(known.get(idOf(item, columns.stage)) ?? null, columns.stage.text(item), item)
  }
  const bars = tally.bars()
  return { bars, others: 0, records: bars.reduce((sum, bar) => sum + bar.count, 0) }
}

export type FunnelColumns = Readonly<Record<keyof Pick<FunnelSpec, 'pipeline' | 'stage'>, ColumnSpec>>

function idOf(item: Item, { property = '' }: ColumnSpec): string {
  return String(item.properties[property] ?? '')
}

class Tally {
  private readonly byName = new Map<
    string | null,
    { values: Set<string>; count: number; sums: Map<string | null, number> }
  >()

  constructor(private readonly measure: Measure | undefined) {}

  open(name: string | null) {
    const known = this.byName.get(name) ?? {
      values: new Set<string>(),
      count: 0,
      sums: new Map<string | null, number>(),
    }
    this.byName.set(name, known)
    return known
  }

  add(name: string | null, text: string, item: Item): void {
    const bar = this.open(name)
    bar.values.add(text)
    bar.count += 1
    if (this.measure) addTo(bar.sums, this.measure, item)
  }

  bars(): Bar[] {
    return [...this.byName].map(([name, bar]) => ({ ...bar, name, values: [...bar.values] }))
  }
}

/** The records a figure is about; null when no record says whether it is one. */
export function figureOf(
  rows: Rows,
  { test, recent, measure }: FigureSpec,
  now: number,
): Pick<Bar, 'count' | 'sums'> | null {
  const today = dayString(new Date(now))
  // Days of the calendar, as the filter has them: a day without a time is no moment.
  const isRecent = recent ? daySpan(dayAfter(today, 1 - recent.days), today) : null
  const sums = new Map<string | null, number>()
  let count = 0
  let known = rows.count === 0
  for (const item of firstOf(rows)) {
    const passes = test ? test(item) : true
    known ||= passes !== null
    if (!passes) continue
    if (isRecent?.(recent?.time(item) ?? '') === false) continue
    count += 1
    if (measure) addTo(sums, measure, item)
  }
  return known ? { count, sums } : null
}

/** Records a month, gaps included: the last twelve months up to this one. */
export function monthsOf(rows: Rows, time: (item: Item) => string | null, now: Date): readonly Month[] {
  const months = lastMonths(dayString(now).slice(0, 7))
  const counts = new Map(months.map((month) => [month, 0]))
  for (const item of firstOf(rows)) {
    const month = dayOf(time(item))?.slice(0, 7) ?? ''
    const count = counts.get(month)
    if (count !== undefined) counts.set(month, count + 1)
  }
  return [...counts].map(([month, count]) => ({ month, count }))
}

/** First and last day of a month, as a filter has them. */
export function daysOfMonth(month: string): { readonly from: string; readonly to: string } {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate()
  return { from: `${month}-01`, to: `${month}-${String(last)}` }
}

function lastMonths(last: string): string[] {
  const months: string[] = []
  for (let month = last; months.length < MONTHS; month = monthBefore(month)) months.unshift(month)
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

function* firstOf({ items, count }: Rows): Generator<Item> {
  for (let index = 0; index < count; index++) {
    const item = items[index]
    if (item) yield item
  }
}
