import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Item } from '../../api/types'
import { makeItem } from '../../test-items'
import type { ColumnSpec, Measure } from '../descriptor'
import { propertyColumn } from '../items/property-columns'
import { barsOf, daysOfMonth, figureOf, lengthOf, monthsOf, quantitiesOf, stagesOf } from './chart-data'

afterEach(() => {
  vi.unstubAllEnvs()
})

const STAGE: ColumnSpec = propertyColumn('stage', 'Stage')
const AMOUNT: Measure = {
  header: 'Amount',
  value: (item) => (typeof item.properties['amount'] === 'number' ? item.properties['amount'] : null),
  unit: (item) => String(item.properties['currency']),
  format: String,
}
const RECORDS = { of: 'records' } as const
const NOW = new Date('2026-02-20T12:00:00Z')

function rowsOf(items: readonly Item[], count = items.length) {
  return { items, count }
}

function deals(...properties: Record<string, unknown>[]) {
  return rowsOf(properties.map((own) => makeItem({ properties: own })))
}

function created(...times: (string | null)[]) {
  return rowsOf(times.map((creation_time) => makeItem({ creation_time })))
}

describe('barsOf', () => {
  test('counts each value, the most frequent first, and leaves out what is past the count', () => {
    const { items } = deals({ stage: 'won' }, { stage: 'open' }, { stage: 'open' }, { stage: 'won' })

    expect(barsOf({ items, count: 3 }, STAGE, RECORDS).bars.map((bar) => [bar.name, bar.count])).toEqual([
      ['open', 2],
      ['won', 1],
    ])
  })

  test('the order and the length are those of the chosen quantity', () => {
    const rows = deals(
      { stage: 'open', amount: 1, currency: 'USD' },
      { stage: 'open', amount: 1, currency: 'USD' },
      { stage: 'won', amount: 10, currency: 'USD' },
    )
    const lengths = (quantity: Parameters<typeof barsOf>[2]) =>
      barsOf(rows, STAGE, quantity, AMOUNT).bars.map((bar) => [bar.name, lengthOf(bar, quantity)])

    expect(lengths(RECORDS)).toEqual([
      ['open', 2],
      ['won', 1],
    ])
    expect(lengths({ of: 'sum', unit: 'USD' })).toEqual([
      ['won', 10],
      ['open', 2],
    ])
  })

  test('amounts in different currencies are not added up: each is a quantity of its own', () => {
    const rows = deals(
      { stage: 'won', amount: 10, currency: 'USD' },
      { stage: 'won', amount: 5, currency: 'EUR' },
      { stage: 'won', amount: 2.5, currency: 'USD' },
      { stage: 'won', amount: null, currency: 'GBP' },
    )
    const [bar] = barsOf(rows, STAGE, RECORDS, AMOUNT).bars

    expect(quantitiesOf(rows, AMOUNT)).toEqual([RECORDS, { of: 'sum', unit: 'USD' }, { of: 'sum', unit: 'EUR' }])
    expect(bar && lengthOf(bar, { of: 'sum', unit: 'USD' })).toBe(12.5)
    expect(bar && lengthOf(bar, { of: 'sum', unit: 'EUR' })).toBe(5)
  })

  test('ids without a name are one bar, which leads to all of them', () => {
    const rows = deals({ stage: '4711' }, { stage: '4712' }, { stage: 'open' })

    expect(barsOf(rows, STAGE, RECORDS).bars).toMatchObject([
      { name: null, count: 2, values: ['4711', '4712'] },
      { name: 'open', count: 1, values: ['open'] },
    ])
  })

  test('rare values are counted as others', () => {
    const rows = deals(...Array.from({ length: 11 }, (_, index) => ({ stage: `s${String(index)}` })))

    expect(barsOf(rows, STAGE, RECORDS)).toMatchObject({ others: 5, records: 11 })
  })
})

test('a pipeline has its own stages in their order, the empty ones too, and a stage that is gone last', () => {
  const columns = { pipeline: propertyColumn('pipeline', 'Pipeline'), stage: STAGE }
  const stages = ['new', 'sent', 'won'].map((id) => ({ id, label: id.toUpperCase() }))
  const rows = deals(
    { pipeline: 'p1', stage: 'won' },
    { pipeline: 'p1', stage: 'gone' },
    { pipeline: 'p1', stage: 'new' },
    { pipeline: 'p2', stage: 'new' },
  )
  const { bars, records } = stagesOf(rows, { id: 'p1', label: 'Sales', stages }, columns)

  expect(bars.map((bar) => [bar.name, bar.count])).toEqual([
    ['NEW', 1],
    ['SENT', 0],
    ['WON', 1],
    [null, 1],
  ])
  expect(records).toBe(3)
})

describe('figureOf', () => {
  test('counts what passes, and sums each currency for itself', () => {
    const rows = deals(
      { open: true, amount: 5, currency: 'EUR' },
      { open: true, amount: 7, currency: 'USD' },
      { open: false, amount: 100, currency: 'EUR' },
    )
    const test = ({ properties }: Item) => properties['open'] === true
    const found = figureOf(rows, { type: 'deals', header: 'Open', test, measure: AMOUNT }, NOW.getTime())

    expect(found?.count).toBe(2)
    expect([...(found?.sums ?? [])]).toEqual([
      ['EUR', 5],
      ['USD', 7],
    ])
  })

  test('is not known when no record says whether it passes', () => {
    expect(figureOf(deals({}), { type: 'deals', header: 'Open', test: () => null }, NOW.getTime())).toBeNull()
  })

  test('of the last days leaves out older records, later ones and those without a date', () => {
    const rows = created('2026-02-19T12:00:00Z', '2026-01-01T12:00:00Z', '2026-03-01T12:00:00Z', null)
    const recent = { days: 30, time: (item: Item) => item.creation_time }

    expect(figureOf(rows, { type: 'contacts', header: 'New', recent }, NOW.getTime())?.count).toBe(1)
  })
})

test.each(['Pacific/Auckland', 'America/Los_Angeles'])('a day without a time is today’s in %s, at any hour', (zone) => {
  vi.stubEnv('TZ', zone)
  const rows = created('2026-11-30', '2026-11-30T00:00:00Z', '2026-12-01', '2026-11-01', '2026-10-31')
  const recent = { days: 30, time: (item: Item) => item.creation_time }
  const hours = [new Date(2026, 10, 30, 0, 1), new Date(2026, 10, 30, 23, 59)]

  const counts = hours.map((now) => figureOf(rows, { type: 'deals', header: 'Won', recent }, now.getTime())?.count)

  expect(counts).toEqual([3, 3])
})

test('twelve months up to this one, those without records too', () => {
  const rows = created(
    '2025-12-10T12:00:00Z',
    '2026-02-15T12:00:00Z',
    null,
    'soon',
    '2026-02-16T12:00:00Z',
    '2019-01-10',
  )
  const months = monthsOf(rows, (item) => item.creation_time, NOW)

  expect(months).toHaveLength(12)
  expect(months[0]).toEqual({ month: '2025-03', count: 0 })
  expect(months.slice(-3)).toEqual([
    { month: '2025-12', count: 1 },
    { month: '2026-01', count: 0 },
    { month: '2026-02', count: 2 },
  ])
})

test.each([
  ['2026-02', '2026-02-28'],
  ['2024-02', '2024-02-29'],
  ['2026-12', '2026-12-31'],
])('%s ends on %s', (month, to) => {
  expect(daysOfMonth(month)).toEqual({ from: `${month}-01`, to })
})
