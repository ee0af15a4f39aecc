import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Operator } from '../../lib/url-state'
import type { Kind } from './fitting'
import { spanConditions, vendorConditions } from './vendor-conditions'

const TYPES: Readonly<Record<Kind, string>> = {
  text: 'string',
  number: 'number',
  date: 'date',
  choice: 'enumeration',
  flag: 'bool',
}

function conditions(kind: Kind, operator: Operator, ...values: string[]) {
  return vendorConditions({ column: 'p', operator, values }, kind, { name: 'p', type: TYPES[kind] })
}

describe('a condition', () => {
  test('on a number is one on its size', () => {
    expect(conditions('number', 'gte', '1000')).toEqual(['p:gte:1000'])
    expect(conditions('number', 'neq', '1e3')).toEqual(['p:neq:1000'])
    expect(conditions('number', 'between', '1000', '-5')).toEqual(['p:gte:-5', 'p:lte:1000'])
  })

  test('on a number of more digits than a browser keeps is none', () => {
    expect(conditions('number', 'eq', '12345678901234567890')).toEqual([null])
  })

  test('on choices is one on their values', () => {
    expect(conditions('choice', 'in', 'won', '77')).toEqual(['p:in:won,77'])
    expect(conditions('choice', 'eq', 'won')).toEqual(['p:in:won'])
    expect(conditions('choice', 'not_in', 'won')).toEqual(['p:not_in:won'])
    expect(conditions('choice', 'neq', 'won')).toEqual(['p:not_in:won'])
  })

  test('on choices that the filter cannot hold is none', () => {
    expect(conditions('choice', 'in', 'a;b')).toEqual([null])
    expect(conditions('choice', 'in', 'a,b')).toEqual([null])
  })

  test('on yes and no is one on true and false', () => {
    expect(conditions('flag', 'eq', 'true')).toEqual(['p:eq:true'])
  })

  test('on a date is one on its days', () => {
    expect(conditions('date', 'eq', '2026-03-01')).toEqual([
      'p:gte:2026-03-01T00:00:00.000Z',
      'p:lt:2026-03-02T00:00:00.000Z',
    ])
    expect(conditions('date', 'gt', '2026-03-01')).toEqual(['p:gte:2026-03-02T00:00:00.000Z'])
    expect(conditions('date', 'past', '7')).toHaveLength(2)
  })

  test('on the last day that has a name is none', () => {
    expect(conditions('date', 'lte', '9999-12-31')).toEqual([null])
    expect(spanConditions({ name: 'p', type: 'datetime' }, [null, '9999-12-31'])).toEqual([null])
    expect(spanConditions({ name: 'p', type: null }, ['2026-01-01', '9999-12-31'])).toContain(null)
  })

  test('on whether there is a value is the same for each kind', () => {
    expect(conditions('text', 'has')).toEqual(['p:has'])
    expect(conditions('date', 'has_not')).toEqual(['p:has_not'])
  })

  test('on text is none that the vendor answers alike', () => {
    expect(conditions('text', 'contains', 'pilot')).toEqual([null])
    expect(conditions('text', 'eq', 'pilot')).toEqual([null])
  })
})

describe('a span of days', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  /** `type` null: one of the record's own times. */
  function marchIn(zone: string, type: string | null) {
    vi.stubEnv('TZ', zone)
    return spanConditions({ name: 'p', type }, ['2026-03-01', '2026-03-31'])
  }

  test('begins and ends at midnight where the viewer is', () => {
    expect(marchIn('Europe/Berlin', null)).toEqual(['p:gte:2026-02-28T23:00:00.000Z', 'p:lt:2026-03-31T22:00:00.000Z'])
    expect(marchIn('America/New_York', null)).toEqual([
      'p:gte:2026-03-01T05:00:00.000Z',
      'p:lt:2026-04-01T04:00:00.000Z',
    ])
  })

  test('of a property that may hold days is none west of Greenwich', () => {
    expect(marchIn('Europe/Berlin', 'datetime')[0]).toBe('p:gte:2026-02-28T23:00:00.000Z')
    expect(marchIn('UTC', 'datetime')[1]).toBe('p:lt:2026-04-01T00:00:00.000Z')
    expect(marchIn('America/New_York', 'datetime')).toEqual([null, null])
  })

  test('of days is one of days everywhere', () => {
    const days = ['p:gte:2026-03-01T00:00:00.000Z', 'p:lt:2026-04-01T00:00:00.000Z']

    expect(marchIn('America/New_York', 'date')).toEqual(days)
    expect(marchIn('Asia/Tokyo', 'date')).toEqual(days)
  })
})
