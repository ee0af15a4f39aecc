import { describe, expect, test } from 'vitest'
import { gapOf, summaryOf } from './coverage'

const NOTHING = { q: '', filtered: false, sort: null }
const BY_AMOUNT = { ...NOTHING, sort: { id: 'amount', desc: true } }
const SEARCH = { name: null, created: 'createdate', modified: 'modified', most_results: 10_000 }
const DEALS = { total: 12_000, search: SEARCH }
const PROBLEM = { code: 'upstream_error' } as NonNullable<Parameters<typeof gapOf>[0]['searchProblem']>

type Records = Parameters<typeof gapOf>[0]

function records(own: Partial<Records> = {}): Records {
  return {
    from: 'pages',
    count: 300,
    total: null,
    more: { load: () => undefined, loading: false, problem: null },
    complete: false,
    pending: false,
    problem: null,
    arranged: false,
    asking: false,
    searchProblem: null,
    ...own,
  }
}

const FOUND = { from: 'search', arranged: true } as const

describe('what a sort and filters do not cover', () => {
  test('is named while a part of the records is here', () => {
    expect(gapOf(records(), BY_AMOUNT, DEALS, 'HubSpot')).toBe(
      'Sort and filters apply only to the 300 of 12,000 records that are loaded.',
    )
  })

  test('is nothing when the vendor sorted, and when all records are here', () => {
    expect(gapOf(records({ ...FOUND, total: 1_234 }), BY_AMOUNT, DEALS, 'HubSpot')).toBeNull()
    expect(gapOf(records({ complete: true }), BY_AMOUNT, DEALS, 'HubSpot')).toBeNull()
  })

  test('is nothing without a sort, words and filters', () => {
    expect(gapOf(records(), NOTHING, DEALS, 'HubSpot')).toBeNull()
  })

  test('is what lies beyond the most results that the vendor lists', () => {
    expect(gapOf(records({ ...FOUND, total: 10_000 }), BY_AMOUNT, DEALS, 'HubSpot')).toBeNull()
    expect(gapOf(records({ ...FOUND, total: 10_001 }), BY_AMOUNT, DEALS, 'HubSpot')).toBe(
      'HubSpot lists only the first 10,000 of 10,001 results.',
    )
  })

  test('is named with the search that failed', () => {
    expect(gapOf(records({ searchProblem: PROBLEM }), BY_AMOUNT, DEALS, 'HubSpot')).toBe(
      'HubSpot did not answer this search. Sort and filters apply only to the 300 of 12,000 records that are loaded.',
    )
  })

  test('is the rest of the results when words were searched for, and the vendor did not sort', () => {
    const wanted = { ...BY_AMOUNT, q: 'onboarding' }
    const first = records({ from: 'search', count: 100 })

    expect(gapOf(first, wanted, DEALS, 'HubSpot')).toBe('Sort and filters apply only to the first 100 results.')
    expect(gapOf({ ...first, more: null }, wanted, DEALS, 'HubSpot')).toBeNull()
  })
})

describe('the summary', () => {
  test('has the vendor’s own count of what it found', () => {
    expect(summaryOf(records({ ...FOUND, total: 1_234 }), 100, BY_AMOUNT, DEALS, 'HubSpot')).toBe(
      '1,234 found in HubSpot',
    )
  })

  test('says that the vendor is asked until it has answered', () => {
    expect(summaryOf(records({ ...FOUND, asking: true, total: 7 }), 7, BY_AMOUNT, DEALS, 'HubSpot')).toBe(
      'Asking HubSpot…',
    )
  })

  test('says how many of the records here match, where this page filters', () => {
    expect(summaryOf(records(), 12, { ...NOTHING, q: 'ada' }, DEALS, 'HubSpot')).toBe('12 of 300 match')
    expect(summaryOf(records(), 12, { ...NOTHING, filtered: true }, DEALS, 'HubSpot')).toBe('12 of 300 match')
  })

  test('says how many of all records are here', () => {
    expect(summaryOf(records(), 300, NOTHING, DEALS, 'HubSpot')).toBe('300 of 12,000')
    expect(summaryOf(records({ count: 12_000 }), 12_000, NOTHING, DEALS, 'HubSpot')).toBe('12,000 records')
  })

  test('does not miss records that were deleted since they were counted', () => {
    expect(summaryOf(records({ count: 11_999, complete: true }), 11_999, NOTHING, DEALS, 'HubSpot')).toBe(
      '11,999 records',
    )
  })
})
