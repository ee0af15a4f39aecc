import { describe, expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import { parseCondition } from '../../lib/condition'
import type { ColumnSpec } from '../descriptor'
import { conditionTest, kindOf } from './conditions'
import { amountColumn, childrenColumn, propertyColumn, timeColumn } from './property-columns'

const NOW = new Date(2026, 1, 1, 12)
const TEXT = propertyColumn('p', 'P')
const NUMBER: ColumnSpec = { ...TEXT, kind: 'number' }
const DATE: ColumnSpec = { ...TEXT, kind: 'date' }
const CHOICE: ColumnSpec = { ...TEXT, kind: 'choice' }
const FLAG: ColumnSpec = { ...TEXT, kind: 'flag' }

/** Null when the condition does not filter. */
function fits(column: ColumnSpec, asked: string, value: unknown): boolean | null {
  const condition = parseCondition(`p:${asked}`)
  if (!condition) throw new Error(`no condition: ${asked}`)
  const test = conditionTest(condition, column, NOW)
  return test && test(makeItem({ properties: value === undefined ? {} : { p: value } }))
}

describe('empty', () => {
  test.each([TEXT, NUMBER, DATE, CHOICE, FLAG].map((column) => [kindOf(column), column] as const))(
    'a %s is empty when the record lacks it',
    (_, column) => {
      expect([null, undefined, '', []].map((value) => fits(column, 'has_not', value))).toEqual([true, true, true, true])
      expect([0, false, 'x', ['x']].map((value) => fits(column, 'has', value))).toEqual([true, true, true, true])
      expect(fits(column, 'has', null)).toBe(false)
    },
  )
})

test('a value that is not loaded fits nothing, not even "is empty" and what empty values fit', () => {
  const unloaded: ColumnSpec = { ...TEXT, held: () => undefined }

  expect(['has_not', 'has', 'lacks:x', 'neq:x'].map((asked) => fits(unloaded, asked, 'y'))).toEqual(
    Array.from({ length: 4 }, () => false),
  )
})

test('values held beside the record are tested in place of its own', () => {
  const beside: ColumnSpec = { ...NUMBER, held: () => makeItem({ properties: { p: 7 } }) }

  expect(fits(beside, 'eq:7', undefined)).toBe(true)
})

test('columns without a property are tested by what they show', () => {
  const name: ColumnSpec = { id: 'name', header: 'Name', text: (item) => item.name }
  const related = childrenColumn('related', 'Related')
  const item = makeItem({ name: 'Ada', children: ['1_Deal', '2_Deal'] })

  expect(conditionTest({ column: 'name', operator: 'eq', values: ['ada'] }, name)?.(item)).toBe(true)
  expect(conditionTest({ column: 'related', operator: 'gte', values: ['2'] }, related)?.(item)).toBe(true)
})

test('numbers of more digits than a browser keeps are compared by their digits', () => {
  expect(fits(NUMBER, 'eq:12345678901234567890', '12345678901234567890')).toBe(true)
  expect(fits(NUMBER, 'eq:12345678901234567890', '12345678901234567891')).toBe(false)
  expect(fits(NUMBER, 'neq:12345678901234567890', '12345678901234567891')).toBe(true)
  expect(fits(NUMBER, 'gt:1000', '12345678901234567891')).toBe(true)
})

test('an amount is a number, whatever its currency', () => {
  const amount = amountColumn('amount', 'Amount', 'currency')
  const item = makeItem({ properties: { amount: 1_000, currency: 'EUR' } })

  expect(conditionTest({ column: 'amount', operator: 'gte', values: ['1000'] }, amount)?.(item)).toBe(true)
})

test('the record’s own times are days, too', () => {
  const created = timeColumn('created', 'Created', (item) => item.creation_time)
  const condition = { column: 'created', operator: 'lt', values: ['2026-01-31'] } as const

  expect(
    conditionTest(condition, created)?.(makeItem({ creation_time: new Date(2026, 0, 30, 10).toISOString() })),
  ).toBe(true)
  expect(conditionTest(condition, created)?.(makeItem({ creation_time: null }))).toBe(false)
})
