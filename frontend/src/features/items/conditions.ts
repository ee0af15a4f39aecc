/** Which records fit a condition on one of their columns. Pure. */
import type { Item } from '../../api/types'
import type { Condition } from '../../lib/condition'
import type { ColumnSpec } from '../descriptor'
import { dayString } from './day-span'
import { fitting, type Kind } from './fitting'

export function kindOf(column: ColumnSpec): Kind {
  return column.kind ?? (column.time ? 'date' : column.facet ? 'choice' : 'text')
}

/**
 * The test of a condition; null for one that says nothing about this column, such as a word for a number.
 *
 * A negative operator is the opposite of its positive one, so that empty values match it, as in HubSpot's search.
 * A value that is not loaded matches nothing, not even "is empty".
 */
export function conditionTest(
  condition: Condition,
  column: ColumnSpec,
  now: Date = new Date(),
): ((item: Item) => boolean) | null {
  const fits = fitting(condition, kindOf(column), dayString(now))
  if (!fits) return null
  const read = valueReader(column)
  return (item) => {
    const value = read(item)
    return value !== undefined && fits(value)
  }
}

/** Reads a column's value as the record has it: null is empty, undefined is not loaded. */
export function valueReader(column: ColumnSpec): (item: Item) => unknown {
  const { property, held, time, sortBy, text } = column
  if (property !== undefined) {
    if (!held) return (item) => item.properties[property] ?? null
    return (item) => {
      const values = held(item)
      return values && (values.properties[property] ?? null)
    }
  }
  if (time) return time
  return column.kind === 'number' && sortBy ? sortBy : text
}
