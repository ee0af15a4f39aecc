import { describe, expect, test } from 'vitest'
import { dayAfter, dayOf, daySpan, dayString } from './day-span'

describe('dayOf', () => {
  test('a day does not move with the time zone', () => {
    expect(dayOf('2026-03-01')).toBe('2026-03-01')
    expect(dayOf('2026-03-01T00:00:00.000Z')).toBe('2026-03-01')
  })

  test('a moment belongs to the viewer’s day', () => {
    expect(dayOf('2026-03-01T10:30:00Z')).toBe(dayString(new Date('2026-03-01T10:30:00Z')))
  })

  test.each([null, '', 'soon'])('%j is no day', (value) => {
    expect(dayOf(value)).toBeNull()
  })
})

describe('daySpan', () => {
  const within = daySpan('2026-03-29', '2026-03-29')

  test('agrees with the viewer’s day, also on the day when the clocks change', () => {
    const hours = Array.from({ length: 72 }, (_, hour) => new Date(2026, 2, 28, hour).toISOString())

    expect(hours.map(within)).toEqual(hours.map((hour) => dayOf(hour) === '2026-03-29'))
  })

  test('a day without a time does not move with the time zone', () => {
    expect(['2026-03-29', '2026-03-29T00:00:00.000Z', '2026-03-28'].map(within)).toEqual([true, true, false])
  })

  test.each(['', 'soon', 'T00:00'])('%j is in no span, not even an open one', (value) => {
    expect(daySpan(null, null)(value)).toBe(false)
  })
})

test('dayAfter crosses months and years', () => {
  expect([dayAfter('2026-12-31', 1), dayAfter('2026-03-01', -1), dayAfter('0099-12-31', 1)]).toEqual([
    '2027-01-01',
    '2026-02-28',
    '0100-01-01',
  ])
})
