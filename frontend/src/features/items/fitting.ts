/** Whether a value fits an operator and its wanted values, by kind: null is empty, a list is a multiple choice. Pure. */
import { isDay, type Condition, type Operator } from '../../lib/condition'
import { formatValue } from '../../lib/format'
import type { ColumnSpec } from '../descriptor'
import { dayAfter, daySpan } from './day-span'
import { wordPattern } from './word-pattern'

export type Kind = NonNullable<ColumnSpec['kind']>

type Fits = (value: unknown) => boolean

/** The operators that each kind of column understands, in the order in which they are offered. */
export const OPERATORS_OF: Readonly<Record<Kind, readonly Operator[]>> = {
  text: ['contains', 'lacks', 'eq', 'neq', 'has_not', 'has'],
  number: ['eq', 'neq', 'gte', 'lte', 'gt', 'lt', 'between', 'has_not', 'has'],
  date: ['eq', 'lt', 'gt', 'lte', 'gte', 'between', 'past', 'has_not', 'has'],
  choice: ['in', 'not_in', 'has_not', 'has'],
  flag: ['eq', 'neq', 'has_not', 'has'],
}

/** Other names of the same. */
const SAME: Partial<Record<Kind, Partial<Record<Operator, Operator>>>> = { choice: { eq: 'in', neq: 'not_in' } }

/** Engines refuse patterns of tens of thousands of letters. */
export const MAX_WANTED_CHARACTERS = 1_000
/** `past` reaches this many days back at most. */
const MAX_DAYS = 36_525

/** With the operator as it is offered for the kind; null when there is no such operator. */
export function offered(condition: Condition, kind: Kind): Condition | null {
  const operator = SAME[kind]?.[condition.operator] ?? condition.operator
  return OPERATORS_OF[kind].includes(operator) ? { ...condition, operator } : null
}

/** The test of a value; null for wanted values that say nothing about this kind. `today`: the viewer's day. */
export function fitting(condition: Condition, kind: Kind, today: string): Fits | null {
  const known = offered(condition, kind)
  if (!known) return null
  const { operator, values } = known
  if (operator === 'has') return (value) => !isEmpty(value)
  if (operator === 'has_not') return isEmpty
  if (kind === 'text') return textFits(operator, values)
  if (kind === 'number') return numberFits(operator, values)
  if (kind === 'date') return dateFits(operator, values, today)
  return kind === 'flag' && !values.every(isFlag) ? null : choiceFits(operator, values)
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function isFlag(value: string): boolean {
  return value === 'true' || value === 'false'
}

function textFits(operator: Operator, [wanted = '']: readonly string[]): Fits | null {
  if (wanted.length > MAX_WANTED_CHARACTERS) return null
  const word = wordPattern(wanted.trim())
  const whole = new RegExp(`^\\s*${word.source}\\s*$`, word.flags)
  const found = (pattern: RegExp) => (value: unknown) =>
    pattern.test(typeof value === 'string' ? value : formatValue(value))
  if (operator === 'contains') return found(word)
  if (operator === 'lacks') return not(found(word))
  return operator === 'eq' ? found(whole) : not(found(whole))
}

function numberFits(operator: Operator, texts: readonly string[]): Fits | null {
  const wanted = texts.map(numberIn).filter((value) => value !== null)
  const [first] = wanted
  if (first === undefined || wanted.length < texts.length) return null
  const digits = isExact(first) ? null : texts[0]?.trim()
  const [least, most] = [Math.min(...wanted), Math.max(...wanted)]
  const compare: Partial<Record<Operator, (value: number) => boolean>> = {
    eq: (value) => value === first,
    neq: (value) => value === first,
    lt: (value) => value < first,
    lte: (value) => value <= first,
    gt: (value) => value > first,
    gte: (value) => value >= first,
    between: (value) => value >= least && value <= most,
  }
  const holds = compare[operator]
  if (!holds) return null
  const fits = (value: unknown) => {
    if (digits && (operator === 'eq' || operator === 'neq')) return String(value).trim() === digits
    const number = numberIn(value)
    return number !== null && holds(number)
  }
  return operator === 'neq' ? not(fits) : fits
}

/** Beyond, several numbers are the same one to a browser: the service leaves them as text. */
export function isExact(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A number, also one written as text; null for anything else. */
export function numberIn(value: unknown): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !NUMBER.test(value.trim())) return null
  return Number(value)
}

function dateFits(operator: Operator, values: readonly string[], today: string): Fits | null {
  const span = spanOf(operator, values, today)
  if (!span) return null
  const within = daySpan(...span)
  return (value) => typeof value === 'string' && within(value)
}

export type Span = readonly [from: string | null, to: string | null]

/** Null for what is no span of days. */
export function spanOf(operator: Operator, values: readonly string[], today: string): Span | null {
  const [first = '', last = first] = values
  if (operator === 'past') {
    const days = Number(first)
    return /^\d+$/.test(first) && days >= 1 && days <= MAX_DAYS ? [dayAfter(today, 1 - days), today] : null
  }
  if (!values.every(isDay)) return null
  const spans: Partial<Record<Operator, Span>> = {
    eq: [first, first],
    lt: [null, dayAfter(first, -1)],
    lte: [null, first],
    gt: [dayAfter(first, 1), null],
    gte: [first, null],
    between: first <= last ? [first, last] : [last, first],
  }
  return spans[operator] ?? null
}

/** Of a multiple choice, one chosen value is enough. */
function choiceFits(operator: Operator, values: readonly string[]): Fits {
  const wanted = new Set(values)
  const fits = (value: unknown) =>
    Array.isArray(value) ? value.some((part) => wanted.has(String(part))) : value !== null && wanted.has(String(value))
  return operator === 'in' || operator === 'eq' ? fits : not(fits)
}

function not(fits: Fits): Fits {
  return (value) => !fits(value)
}
