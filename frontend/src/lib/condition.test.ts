import { describe, expect, test } from 'vitest'
import { buildCondition, OPERATORS, parseCondition, type Condition } from './condition'

describe('parseCondition', () => {
  test.each<[string, Condition]>([
    ['amount:gte:1000', { column: 'amount', operator: 'gte', values: ['1000'] }],
    ['industry:in:RETAIL,BANKING', { column: 'industry', operator: 'in', values: ['RETAIL', 'BANKING'] }],
    ['phone:has_not', { column: 'phone', operator: 'has_not', values: [] }],
    [
      'website:contains:https://example.com',
      { column: 'website', operator: 'contains', values: ['https://example.com'] },
    ],
    ['city:contains:Mitte, Berlin', { column: 'city', operator: 'contains', values: ['Mitte, Berlin'] }],
    ['createdate:past:30', { column: 'createdate', operator: 'past', values: ['30'] }],
    ['a\\:b:eq:c\\, d', { column: 'a:b', operator: 'eq', values: ['c, d'] }],
  ])('reads %s', (text, condition) => {
    expect(parseCondition(text)).toEqual(condition)
  })

  test.each([
    '',
    ':',
    'amount',
    'amount:',
    ':eq:1',
    'amount:toString:1',
    'amount:GTE:1',
    'amount:gte',
    'amount:gte:',
    'amount:gte: ',
    'amount:between:1',
    'amount:between:1,',
    'amount:between:1,2,3',
    'industry:in:',
    'industry:in:a,,b',
    'phone:has:1',
  ])('ignores %j', (text) => {
    expect(parseCondition(text)).toBeNull()
  })
})

describe('buildCondition', () => {
  test.each(['plain', 'a:b', 'a,b', '\\', '\\,:', 'two\nlines', '👩‍🚀 é', 'x'.repeat(65_000)])(
    'the value and the column %.20j read back the same',
    (text) => {
      const condition: Condition = { column: text, operator: 'in', values: [text, 'other'] }

      expect(parseCondition(buildCondition(condition))).toEqual(condition)
    },
  )

  test('each operator reads back the same', () => {
    const conditions = OPERATORS.map((operator): Condition => {
      const count = { has: 0, has_not: 0, between: 2, in: 3, not_in: 3 }[operator as string] ?? 1
      return { column: 'c', operator, values: ['1', '2', '3'].slice(0, count) }
    })

    expect(conditions.map((condition) => parseCondition(buildCondition(condition)))).toEqual(conditions)
  })
})
