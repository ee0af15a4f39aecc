/** The values of a column with their labels, as records have them. Pure. */
import type { Item } from '../../api/types'
import type { ColumnSpec } from '../descriptor'
import { valueReader } from './conditions'
import type { Test } from './filters'

export interface Choice {
  readonly value: string
  readonly label: string
  readonly count: number
}

/** A list with more different values than this offers the most frequent ones. */
export const MAX_CHOICES = 500

/** The different values among the first `count` items; of those that pass `test` they are counted, the most frequent first. */
export function choicesOf(
  items: readonly Item[],
  count: number,
  column: ColumnSpec,
  test: Test | null = null,
): readonly Choice[] {
  const found = new Map<string, { label: string; count: number }>()
  const read = labelledValues(column)
  for (const item of firstOf(items, count)) {
    const counted = test === null || test(item) ? 1 : 0
    for (const [value, label] of read(item)) {
      const known = found.get(value)
      if (known) known.count += counted
      else found.set(value, { label, count: counted })
    }
  }
  const choices = [...found].map(([value, entry]) => ({ value, ...entry }))
  return toldApart(choices)
    .sort((a, b) => b.count - a.count || a.label.localeCompare(b.label))
    .slice(0, MAX_CHOICES)
}

/** Two owners may have the same name, and two options the same label: these also show their value. */
function toldApart(choices: readonly Choice[]): Choice[] {
  const uses = new Map<string, number>()
  for (const { label } of choices) uses.set(label, (uses.get(label) ?? 0) + 1)
  return choices.map((choice) =>
    uses.get(choice.label) === 1 ? choice : { ...choice, label: `${choice.label} (${choice.value})` },
  )
}

/** The labels of these values, as far as a record has them. */
export function labelsOf(
  values: readonly string[],
  items: readonly Item[],
  count: number,
  column: ColumnSpec,
): ReadonlyMap<string, string> {
  const missing = new Set(values)
  const labels = new Map<string, string>()
  const read = labelledValues(column)
  for (const item of firstOf(items, count)) {
    if (missing.size === 0) break
    for (const [value, label] of read(item)) if (missing.delete(value)) labels.set(value, label)
  }
  return labels
}

function* firstOf(items: readonly Item[], count: number): Generator<Item> {
  for (let index = 0; index < count; index++) {
    const item = items[index]
    if (item) yield item
  }
}

/** A record's values of the column, each with its label: several of a multiple choice, none when it is empty. */
function labelledValues(column: ColumnSpec): (item: Item) => readonly (readonly [string, string])[] {
  const read = valueReader(column)
  return (item) => {
    const value = read(item)
    if (value === null || value === undefined || value === '') return []
    if (!Array.isArray(value)) return [[String(value), column.text(item)]]
    const labels = (column.held?.(item) ?? item).labels[column.property ?? '']
    return value.map((part, index) => [String(part), (Array.isArray(labels) && labels[index]) || String(part)])
  }
}
