import { describe, expect, test } from 'vitest'
import { formatAgo, formatAmount, formatCount, formatDay, formatMoment, formatValue, humanizeName } from './format'

const NOW = Date.parse('2026-11-24T12:00:00Z')

describe('formatAgo', () => {
  test.each([
    ['2026-11-24T11:59:50Z', 'now'],
    ['2026-11-24T11:55:00Z', '5 minutes ago'],
    ['2026-11-23T12:00:00Z', 'yesterday'],
    ['2024-11-24T12:00:00Z', '2 years ago'],
    ['2026-11-24T12:30:00Z', 'in 30 minutes'],
  ])('%s reads as %s', (iso, words) => {
    expect(formatAgo(iso, NOW)).toBe(words)
  })

  test.each([
    [new Date(2026, 10, 24, 9), 'yesterday'],
    [new Date(2026, 10, 23, 23), '2 days ago'],
    [new Date(2026, 10, 27, 1), 'in 2 days'],
    [new Date(2026, 10, 15, 10), '1 week ago'],
    [new Date(2026, 9, 12, 10), '1 month ago'],
    [new Date(2025, 6, 1, 10), '1 year ago'],
  ])('counts days by the calendar, and names no calendar week, month or year: %s', (time, words) => {
    expect(formatAgo(time.toISOString(), new Date(2026, 10, 25, 10).getTime())).toBe(words)
  })

  test('what is not a date stays as it is', () => {
    expect(formatAgo('soon', NOW)).toBe('soon')
  })
})

describe('formatDay', () => {
  test('a HubSpot date does not move with the time zone', () => {
    expect(formatDay('2026-03-01')).toBe('Mar 1, 2026')
    expect(formatDay('2026-03-01T00:00:00Z')).toBe('Mar 1, 2026')
  })
})

describe('formatAmount', () => {
  test('uses the currency when there is one', () => {
    expect(formatAmount(1234.5, 'EUR')).toBe('€1,234.50')
  })

  test.each([
    [1234, 'JPY', '¥1,234'],
    [1234.5, 'JPY', '¥1,234.5'],
    [1.234, 'KWD', 'KWD\u00a01.234'],
    [1.2345, 'EUR', '€1.23'],
    [5, 'XXQ', 'XXQ\u00a05.00'],
  ])('shows %d %s with the decimals of the currency', (value, currency, text) => {
    expect(formatAmount(value, currency)).toBe(text)
  })

  test('survives a code that is no currency', () => {
    expect(formatAmount(12, 'not a code')).toBe('12 not a code')
  })

  test('is a plain number without one', () => {
    expect(formatAmount(1234.5, null)).toBe('1,234.5')
  })
})

describe('formatValue', () => {
  test.each([
    [null, ''],
    [true, 'Yes'],
    [false, 'No'],
    [12345, '12,345'],
    ['plain', 'plain'],
    ['', ''],
    [['a', 1], 'a, 1'],
    [{ a: 1 }, '{"a":1}'],
    ['2026-03-01', 'Mar 1, 2026'],
    ['2026-02-30', '2026-02-30'],
    ['2026-02-30T10:00:00Z', '2026-02-30T10:00:00Z'],
  ])('%j reads as %s', (value, words) => {
    expect(formatValue(value)).toBe(words)
  })

  test('a moment is shown with its time', () => {
    expect(formatValue('2026-03-01T10:30:00Z')).toBe(formatMoment('2026-03-01T10:30:00Z'))
  })
})

test('counts are grouped', () => {
  expect(formatCount(50_000)).toBe('50,000')
})

test.each([
  ['hs_lead_status', 'Lead status'],
  ['firstname', 'Firstname'],
  ['numberOfEmployees', 'Number of employees'],
  ['hs_', 'hs_'],
])('%s becomes %s', (name, words) => {
  expect(humanizeName(name)).toBe(words)
})
