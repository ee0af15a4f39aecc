/** Conditions in the form of the items route's `filter`; null for one that the vendor would answer otherwise. Pure. */
import { isDay } from '../../lib/condition'
import type { Condition } from '../../lib/url-state'
import { dayAfter, dayString } from './day-span'
import { isExact, numberIn, spanOf, type Kind, type Span } from './fitting'

/** A part of the search; null for what the vendor cannot answer. */
export type Part = string | null

export interface Property {
  readonly name: string
  /** As the vendor has it; null for what stands behind a field of every item. */
  readonly type: string | null
}

/** Whether a value can stand in a list of the filter. */
export function isWritable(value: string): boolean {
  return value !== '' && !/[;,]/.test(value)
}

/** All must hold. Texts are compared without case and accents here, and by the letter at the vendor. */
export function vendorConditions({ operator, values }: Condition, kind: Kind, property: Property): readonly Part[] {
  if (operator === 'has' || operator === 'has_not') return [`${property.name}:${operator}`]
  if (kind === 'date') return spanConditions(property, spanOf(operator, values, dayString(new Date())) ?? [null, null])
  if (kind === 'number') return numberConditions(property.name, operator, values.map(numberIn))
  if (kind === 'flag') return [`${property.name}:${operator}:${values.join()}`]
  if (kind !== 'choice' || property.type !== 'enumeration' || !values.every(isWritable)) return [null]
  const isNegative = operator === 'neq' || operator === 'not_in'
  return [`${property.name}:${isNegative ? 'not_in' : 'in'}:${values.join()}`]
}

function numberConditions(name: string, operator: string, values: readonly (number | null)[]): readonly Part[] {
  const numbers = values.filter((value) => value !== null)
  if (!numbers.every(isExact)) return [null]
  if (operator !== 'between') return [`${name}:${operator}:${numbers.join()}`]
  return [`${name}:gte:${String(Math.min(...numbers))}`, `${name}:lte:${String(Math.max(...numbers))}`]
}

/** Whole days, both included; null is open. */
export function spanConditions(property: Property, [from, to]: Span): readonly Part[] {
  const condition = (operator: string, day: string) => {
    // The day after the last one of the year 9999, and the one before the year 0.
    if (!isDay(day)) return null
    const edge = property.type === 'date' ? utcStart(day) : startOf(day, property.type === null)
    return edge && `${property.name}:${operator}:${edge}`
  }
  return [
    ...(from === null ? [] : [condition('gte', from)]),
    ...(to === null ? [] : [condition('lt', dayAfter(to, 1))]),
  ]
}

function utcStart(day: string): string {
  return `${day}T00:00:00.000Z`
}

/**
 * The moment at which a day begins where the viewer is.
 *
 * A moment at midnight UTC counts as a day without a time (`dayOf`), except that a record's own times never are such
 * days. West of Greenwich that day begins before the viewer's: no single comparison gives both.
 */
function startOf(day: string, isOwnTime: boolean): Part {
  const here = new Date(`${day}T00:00:00.000`).toISOString()
  return isOwnTime || here <= utcStart(day) ? here : null
}
