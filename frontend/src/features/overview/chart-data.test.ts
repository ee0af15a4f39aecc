import { describe, expect, test } from 'vitest'
import type { Item } from '../../api/types'
import { makeItem } from '../../test-items'
import type { ColumnSpec, Measure } from '../descriptor'
import { propertyColumn } from '../items/property-columns'
import { barsOf, daysOfMonth, monthsOf, splitsOf } from './chart-data'

const STAGE: ColumnSpec = { id: 'stage', header: 'Stage', text: (item) => String(item.properties['stage'] ?? '') }
const AMOUNT: Measure = {
  header: 'Amount',
  value: (item) => (typeof item.properties['amount'] === 'number' ? item.properties['amount'] : null),
  unit: (item) => String(item.properties['currency']),
  format: String,
}

function deals(...properties: Record<string, unknown>[]): Item[] {
  return properties.map((own, index) => ({ id: String(index), properties: own }) as unknown as Item)
}

function created(...times: (string | null)[]): Item[] {
  return times.map((creation_time) => ({ creation_time }) as Item)
}

describe('barsOf', () => {
  test('counts each value, the most frequent first, and leaves out what is past the count', () => {
    const items = deals({ stage: 'won' }, { stage: 'open' }, { stage: 'open' }, { stage: 'won' })

    expect(barsOf(items, 3, STAGE).bars.map((bar) => [bar.value, bar.count])).toEqual([
      ['open', 2],
      ['won', 1],
    ])
  })

  test('amounts in different currencies are not added up', () => {
    const items = deals(
      { stage: 'won', amount: 10, currency: 'USD' },
      { stage: 'won', amount: 5, currency: 'EUR' },
      { stage: 'won', amount: 2.5, currency: 'USD' },
      { stage: 'won', amount: null, currency: 'USD' },
    )

    expect([...(barsOf(items, 4, STAGE, AMOUNT).bars[0]?.sums ?? [])]).toEqual([
      ['USD', 12.5],
      ['EUR', 5],
    ])
  })

  test('bars stand for the sum when all sums have one currency, else for the number of records', () => {
    const items = deals(
      { stage: 'open', amount: 1, currency: 'USD' },
      { stage: 'open', amount: 1, currency: 'USD' },
      { stage: 'won', amount: 10, currency: 'USD' },
    )

    expect(barsOf(items, 3, STAGE, AMOUNT)).toMatchObject({ by: 'sum', unit: 'USD', bars: [{ value: 'won' }, {}] })
    expect(barsOf(items, 3, STAGE)).toMatchObject({ by: 'count', unit: null, bars: [{ value: 'open' }, {}] })
  })

  test('rare values are counted as others', () => {
    const items = deals(...Array.from({ length: 11 }, (_, index) => ({ stage: `s${String(index)}` })))

    expect(barsOf(items, 11, STAGE)).toMatchObject({ others: 3 })
  })
})

describe('splitsOf', () => {
  test('each named value gets a chart, the most frequent first; an id without a name gets none', () => {
    const pipeline = { ...propertyColumn('pipeline', 'Pipeline') }
    const deal = (id: string, label?: string) =>
      makeItem({ properties: { pipeline: id }, labels: label === undefined ? {} : { pipeline: label } })
    const items = [deal('p1', 'Sales'), deal('p2', 'Renewals'), deal('p2', 'Renewals'), deal('gone')]

    expect(splitsOf(items, 4, pipeline)).toEqual(['Renewals', 'Sales'])
  })
})

describe('monthsOf', () => {
  test('months without records are there too', () => {
    const items = created('2025-12-10T12:00:00Z', '2026-02-15T12:00:00Z', null, 'soon', '2026-02-16T12:00:00Z')

    expect(monthsOf(items, items.length, (item) => item.creation_time)).toEqual([
      { month: '2025-12', count: 1 },
      { month: '2026-01', count: 0 },
      { month: '2026-02', count: 2 },
    ])
  })

  test('only the last twelve months are shown', () => {
    const items = created('2019-01-10T12:00:00Z', '2026-02-15T12:00:00Z')

    expect(monthsOf(items, 2, (item) => item.creation_time)).toHaveLength(12)
  })

  test('nothing with a date gives no months', () => {
    expect(monthsOf(created(null), 1, (item) => item.creation_time)).toEqual([])
  })
})

test.each([
  ['2026-02', '2026-02-28'],
  ['2024-02', '2024-02-29'],
  ['2026-12', '2026-12-31'],
])('%s ends on %s', (month, to) => {
  expect(daysOfMonth(month)).toEqual({ from: `${month}-01`, to })
})
