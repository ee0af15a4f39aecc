/** A filter on one column, and its text in the address: `amount:gte:1000`, `industry:in:RETAIL,BANKING`, `phone:has_not`. */

/** The first ten are those of the service's `filter`; the others only this page knows. */
export const OPERATORS = [
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'not_in',
  'has',
  'has_not',
  'contains',
  'lacks',
  'between',
  'past',
] as const

export type Operator = (typeof OPERATORS)[number]

export interface Condition {
  /** The id of a column. */
  readonly column: string
  readonly operator: Operator
  /** As records have them, not their labels. `between` has the first and the last; `past` a number of days, today included. */
  readonly values: readonly string[]
}

/** One for those that are not listed. */
const VALUE_COUNTS: Partial<Record<Operator, number | null>> = {
  in: null,
  not_in: null,
  has: 0,
  has_not: 0,
  between: 2,
}

/** How many values an operator needs; null for a list of at least one. */
export function valueCount(operator: Operator): number | null {
  const count = VALUE_COUNTS[operator]
  return count === undefined ? 1 : count
}

/** Whether the operator has all the values that it needs. */
export function isComplete({ operator, values }: Pick<Condition, 'operator' | 'values'>): boolean {
  const needed = valueCount(operator)
  if (values.some((value) => value.trim() === '')) return false
  return needed === null ? values.length > 0 : values.length === needed
}

/** Null for what is no condition. */
export function parseCondition(text: string): Condition | null {
  const [column, name, ...rest] = split(text, ':')
  const operator = OPERATORS.find((known) => known === name)
  if (!column || !operator) return null
  const condition = { column: unescape(column), operator, values: parseValues(operator, rest) }
  return isComplete(condition) ? condition : null
}

/** Only lists are split at commas: one value may have them, too. */
function parseValues(operator: Operator, rest: readonly string[]): string[] {
  const text = rest.join(':')
  if (rest.length === 0) return []
  return (valueCount(operator) === 1 ? [text] : split(text, ',')).map(unescape)
}

export function buildCondition({ column, operator, values }: Condition): string {
  const parts = [escape(column, /[\\:]/g), operator]
  return (values.length === 0 ? parts : [...parts, values.map((value) => escape(value, /[\\,]/g)).join(',')]).join(':')
}

/** A day of the calendar, `2026-02-28`: there is no thirty-first of February. */
export function isDay(text: string): boolean {
  const day = new Date(text)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** The parts between separators that no backslash precedes, still escaped. */
function split(text: string, separator: string): string[] {
  const parts = ['']
  for (const [piece] of text.matchAll(/\\.|./gsu)) {
    if (piece === separator) parts.push('')
    else parts.push(`${parts.pop() ?? ''}${piece}`)
  }
  return parts
}

function escape(text: string, reserved: RegExp): string {
  return text.replace(reserved, '\\$&')
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gsu, '$1')
}
