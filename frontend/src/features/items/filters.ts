/** Which records fit what the address asks for: words, values of columns, a span of days, conditions. Pure. */
import type { Item, ObjectType } from '../../api/types'
import { formatValue } from '../../lib/format'
import type { Condition, DateSpan, FacetValue, UrlState } from '../../lib/url-state'
import type { ColumnSpec, FunnelSpec } from '../descriptor'
import { conditionTest } from './conditions'
import { daySpan } from './day-span'
import { numberPattern } from './number-pattern'
import { wordPattern } from './word-pattern'

/** Longer values are searched up to here: a portal may hold 65,000 characters in one field. */
const SEARCHED_CHARACTERS = 2_000

/** A column with more different values than this offers its most frequent ones. */
export const MAX_VALUES = 500

export type Test = (item: Item) => boolean
type Filters = Pick<UrlState, 'is' | 'date' | 'where'>
type Wanted = Filters & Pick<UrlState, 'q'>

/** Null when nothing is filtered. */
export function matcher(wanted: Wanted, columns: readonly ColumnSpec[]): Test | null {
  const tests = [...filterTests(wanted, columns), ...wordTests(wanted.q)]
  if (tests.length === 0) return null
  return (item) => tests.every((test) => test(item))
}

/** What a column's values are counted among: the search and all filters except its own. */
export function matcherWithout(wanted: Wanted, columns: readonly ColumnSpec[], column: ColumnSpec): Test | null {
  return matcher({ ...wanted, is: wanted.is.filter((facet) => facet.column !== column.id) }, columns)
}

/** Whether anything but the words narrows the view. */
export function isFiltered(wanted: Filters, columns: readonly ColumnSpec[]): boolean {
  return filterTests(wanted, columns).length > 0
}

interface Facet {
  readonly value: string
  readonly count: number
}

/** The different values of a column among the first `count` items that pass `test`, the most frequent first. */
export function facetsOf(
  items: readonly Item[],
  count: number,
  column: ColumnSpec,
  test: Test | null = null,
): readonly Facet[] {
  const counts = new Map<string, number>()
  for (let index = 0; index < count; index++) {
    const item = items[index]
    if (!item) break
    if (test && !test(item)) continue
    const value = column.text(item)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts]
    .map(([value, found]) => ({ value, count: found }))
    .sort((a, b) => b.count - a.count || a.value.localeCompare(b.value))
    .slice(0, MAX_VALUES)
}

interface Definitions {
  readonly pipelines: ObjectType['pipelines']
  /** Which columns hold pipelines and stages. */
  readonly funnel: FunnelSpec | undefined
}

interface DefinedValue {
  readonly id: string
  readonly label: string
}

/**
 * Values that the account defines, also those that no record has: its pipelines and their stages, in its order; none for
 * other columns. Stages of several pipelines may have the same label.
 */
export function definedValues({ id }: ColumnSpec, { pipelines, funnel }: Definitions): readonly DefinedValue[] {
  if (id === funnel?.stage) return pipelines.flatMap((pipeline) => pipeline.stages)
  return id === funnel?.pipeline ? pipelines : []
}

function filterTests({ is, date, where }: Filters, columns: readonly ColumnSpec[]): Test[] {
  return [...valueTests(is, columns), ...dateTests(date, columns), ...whereTests(where, columns)]
}

/** One of a column's values is enough; every column has to fit. */
function valueTests(wanted: readonly FacetValue[], columns: readonly ColumnSpec[]): Test[] {
  return columns.flatMap((column) => {
    const values = new Set(wanted.filter((facet) => facet.column === column.id).map((facet) => facet.value))
    return values.size === 0 ? [] : [(item: Item) => values.has(column.text(item))]
  })
}

function dateTests(span: DateSpan | null, columns: readonly ColumnSpec[]): Test[] {
  const time = columns.find((column) => column.id === span?.column)?.time
  if (!span || !time) return []
  const within = daySpan(span.from, span.to)
  return [(item) => within(time(item) ?? '')]
}

/** Conditions on columns that are not there, or that say nothing about them, do not filter. */
function whereTests(conditions: readonly Condition[], columns: readonly ColumnSpec[]): Test[] {
  return conditions.flatMap((condition) => {
    const column = columns.find((entry) => entry.id === condition.column)
    return (column && conditionTest(condition, column)) ?? []
  })
}

/** Every word somewhere a person can see it. */
function wordTests(q: string): Test[] {
  return q
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => {
      const sought = { text: wordPattern(word), number: numberPattern(word) }
      return (item) => contains(item, sought)
    })
}

/** A word, as it is found in texts and in numbers. */
interface Sought {
  readonly text: RegExp
  readonly number: (value: number) => boolean
}

function contains(item: Item, word: Sought): boolean {
  if (has(item.name, word) || has(item.id, word) || has(item.parent_path_or_name, word)) return true
  for (const name in item.labels) if (has(item.labels[name], word)) return true
  for (const name in item.properties) if (has(item.properties[name], word)) return true
  return false
}

function has(value: unknown, word: Sought): boolean {
  if (value === null || value === undefined) return false
  if (typeof value === 'number') return word.number(value)
  const text = typeof value === 'string' ? value : formatValue(value)
  return word.text.test(text.length > SEARCHED_CHARACTERS ? text.slice(0, SEARCHED_CHARACTERS) : text)
}
