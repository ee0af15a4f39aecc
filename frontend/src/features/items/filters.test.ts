import { describe, expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import type { UrlState } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { facetsOf, matcher, matcherWithout } from './filters'

const OWNER: ColumnSpec = { id: 'owner', header: 'Owner', text: (item) => item.labels['owner']?.toString() ?? '' }
const CITY: ColumnSpec = { id: 'city', header: 'City', text: (item) => String(item.properties['city'] ?? '') }
const CREATED: ColumnSpec = { id: 'created', header: 'Created', text: () => '', time: (item) => item.creation_time }
const COLUMNS = [OWNER, CITY, CREATED]

const ADA = makeItem({
  id: '1_Contact',
  name: 'Ada Lovelace',
  parent_path_or_name: 'Analytical Engines',
  labels: { owner: 'Grace', tags: ['Hot lead', 'VIP'] },
  properties: { city: 'London', employees: 12_345, empty: null },
  creation_time: new Date(2026, 0, 31, 10).toISOString(),
})

function fits(wanted: Partial<Pick<UrlState, 'q' | 'is' | 'date' | 'where'>>, item = ADA): boolean {
  const matches = matcher({ q: '', is: [], date: null, where: [], ...wanted }, COLUMNS)
  return matches === null || matches(item)
}

describe('words', () => {
  test.each(['ada', 'LOVE', 'analytical', 'grace', 'vip', 'london', '12,345', '1_contact', 'lovelace  london'])(
    '%j is found',
    (q) => {
      expect(fits({ q })).toBe(true)
    },
  )

  test.each(['a.a', '(', '\\', 'Ada|x', '^Ada'])('%j is looked for as it stands', (q) => {
    expect(fits({ q })).toBe(false)
  })

  test('every word has to be somewhere', () => {
    expect(fits({ q: 'ada paris' })).toBe(false)
  })

  test('only the beginning of a very long value is looked through', () => {
    const long = makeItem({ properties: { notes: `${'x'.repeat(60_000)}needle` } })

    expect(fits({ q: 'needle' }, long)).toBe(false)
  })

  test('nothing wanted needs no test at all', () => {
    expect(matcher({ q: ' ', is: [], date: null, where: [] }, COLUMNS)).toBeNull()
  })
})

describe('values', () => {
  const is = (column: string, value: string) => ({ column, value })

  test('one of a column’s values is enough, every column has to fit', () => {
    expect(fits({ is: [is('owner', 'Grace'), is('owner', 'Alan')] })).toBe(true)
    expect(fits({ is: [is('owner', 'Grace'), is('city', 'Paris')] })).toBe(false)
  })

  test('the empty value finds what has none', () => {
    expect(fits({ is: [is('owner', '')] })).toBe(false)
    expect(fits({ is: [is('owner', '')] }, makeItem())).toBe(true)
  })

  test('a column that is not there does not filter', () => {
    expect(fits({ is: [is('planet', 'Mars')] })).toBe(true)
  })
})

describe('days', () => {
  test.each([
    ['2026-01-31', '2026-01-31', true],
    ['2026-02-01', null, false],
    [null, '2026-01-30', false],
    ['2026-01-01', null, true],
  ])('from %s to %s: %s', (from, to, expected) => {
    expect(fits({ date: { column: 'created', from, to } })).toBe(expected)
  })

  test('what has no date does not fit a span', () => {
    const date = { column: 'created', from: '2000-01-01', to: null }

    expect(fits({ date }, makeItem({ creation_time: null }))).toBe(false)
  })
})

describe('conditions', () => {
  const where = [
    { column: 'city', operator: 'contains', values: ['lon'] },
    { column: 'created', operator: 'past', values: ['36500'] },
  ] as const

  test('all have to hold, beside the other filters', () => {
    expect(fits({ where })).toBe(true)
    expect(fits({ where: [...where, { column: 'city', operator: 'eq', values: ['Paris'] }] })).toBe(false)
    expect(fits({ where, q: 'paris' })).toBe(false)
  })

  test('one on a column that is not there, or with values that its column cannot have, does not filter', () => {
    expect(fits({ where: [{ column: 'planet', operator: 'eq', values: ['Mars'] }] })).toBe(true)
    expect(fits({ where: [{ column: 'created', operator: 'eq', values: ['soon'] }] })).toBe(true)
  })

  test('a column’s values are counted among the records that fit its own conditions, too', () => {
    const test = matcherWithout({ q: '', is: [{ column: 'city', value: 'Rome' }], date: null, where }, COLUMNS, CITY)

    expect(test?.(ADA)).toBe(true)
    expect(test?.(makeItem({ properties: { city: 'Rome' } }))).toBe(false)
  })
})

describe('facetsOf', () => {
  test('counts the first items by value, the most frequent first', () => {
    const items = ['Paris', 'London', 'London', 'Rome'].map((city) => makeItem({ properties: { city } }))

    expect(facetsOf(items, 3, CITY)).toEqual([
      { value: 'London', count: 2 },
      { value: 'Paris', count: 1 },
    ])
  })
})

describe('facets beside other filters', () => {
  test('a column’s values are counted among what the other filters leave, not among its own choice', () => {
    const items = [
      makeItem({ properties: { city: 'Paris' }, labels: { owner: 'Grace' } }),
      makeItem({ properties: { city: 'London' }, labels: { owner: 'Grace' } }),
      makeItem({ properties: { city: 'London' }, labels: { owner: 'Alan' } }),
    ]
    const is = [
      { column: 'owner', value: 'Grace' },
      { column: 'city', value: 'Paris' },
    ]
    const test = matcherWithout({ q: '', is, date: null, where: [] }, COLUMNS, CITY)

    expect(facetsOf(items, 3, CITY, test)).toEqual([
      { value: 'London', count: 1 },
      { value: 'Paris', count: 1 },
    ])
  })
})
