import { describe, expect, test } from 'vitest'
import { parseCondition } from '../../lib/condition'
import { fitting, type Kind } from './fitting'

/** Null when the condition does not filter. */
function fits(kind: Kind, asked: string, value: unknown): boolean | null {
  const condition = parseCondition(`p:${asked}`)
  if (!condition) throw new Error(`no condition: ${asked}`)
  const test = fitting(condition, kind, '2026-02-01')
  return test && test(value ?? null)
}

describe('numbers', () => {
  test.each<[string, unknown, boolean]>([
    ['eq:12', 12, true],
    ['eq:12.0', '12', true],
    ['eq:1e3', 1000, true],
    ['eq:12', 12.5, false],
    ['neq:12', 12, false],
    ['neq:12', 13, true],
    ['gte:9', 10, true],
    ['gte:9', '10', true],
    ['gt:9', 9, false],
    ['lte:-1', -1.5, true],
    ['lt:0', 0, false],
    ['between:1,10', 10, true],
    ['between:10,1', 5, true],
    ['between:1,10', 11, false],
    ['gte:0', 'twelve', false],
    ['gte:0', '', false],
    ['gte:0', true, false],
    ['neq:12', 'twelve', true],
    ['eq:0', null, false],
    ['lte:0', undefined, false],
    ['neq:0', null, true],
  ])('%s is tested against %j: %s', (asked, value, expected) => {
    expect(fits('number', asked, value)).toBe(expected)
  })

  test.each(['gte:many', 'eq:1,000', 'eq:0x10', 'eq:Infinity', 'between:1,x', 'contains:1', 'past:7', 'in:1'])(
    '%s does not filter',
    (asked) => {
      expect(fits('number', asked, 5)).toBeNull()
    },
  )
})

describe('texts', () => {
  test.each<[string, unknown, boolean]>([
    ['contains:zoe', 'Café ZOË', true],
    ['contains:ZOË', 'zoe', true],
    ['contains:a.c', 'abc', false],
    ['contains:👩‍🚀', 'crew 👩‍🚀!', true],
    ['lacks:zoe', 'Zoë', false],
    ['lacks:zoe', 'Ada', true],
    ['lacks:zoe', null, true],
    ['eq:são paulo', 'Sao Paulo', true],
    ['eq:paulo', 'São Paulo', false],
    ['eq:(', '(', true],
    ['neq:ada', 'ADA', false],
    ['neq:ada', undefined, true],
    ['contains:41', 4_123, false],
    ['contains:4,123', 4_123, true],
  ])('%s is tested against %j: %s', (asked, value, expected) => {
    expect(fits('text', asked, value)).toBe(expected)
  })

  test('all of 65,000 characters is looked through', () => {
    expect(fits('text', 'contains:needle', `${'x'.repeat(65_000)}needle`)).toBe(true)
    expect(fits('text', 'eq:needle', `${'x'.repeat(65_000)}needle`)).toBe(false)
    expect(fits('text', `contains:${'y'.repeat(1_000)}`, 'y'.repeat(65_000))).toBe(true)
  })

  test('a wanted text that is too long to be searched for does not filter', () => {
    expect(fits('text', `contains:${'y'.repeat(65_000)}`, 'y'.repeat(65_000))).toBeNull()
  })

  test.each(['gte:b', 'between:a,b', 'past:7', 'in:a'])('%s does not filter', (asked) => {
    expect(fits('text', asked, 'a')).toBeNull()
  })
})

describe('days', () => {
  const evening = new Date(2026, 0, 31, 23, 59, 59, 999).toISOString()
  const midnight = new Date(2026, 1, 1).toISOString()

  test.each<[string, unknown, boolean]>([
    ['eq:2026-01-31', '2026-01-31', true],
    ['eq:2026-01-31', '2026-01-31T00:00:00Z', true],
    ['eq:2026-01-31', evening, true],
    ['eq:2026-02-01', evening, false],
    ['eq:2026-02-01', midnight, true],
    ['lt:2026-01-31', '2026-01-31', false],
    ['lt:2026-02-01', evening, true],
    ['lte:2026-01-31', evening, true],
    ['gt:2026-01-31', evening, false],
    ['gt:2026-01-31', midnight, true],
    ['gte:2026-01-31', '2026-01-30', false],
    ['between:2026-01-01,2026-01-31', evening, true],
    ['between:2026-01-31,2026-01-01', '2026-01-15', true],
    ['past:1', midnight, true],
    ['past:1', evening, false],
    ['past:7', '2026-01-26', true],
    ['past:7', '2026-01-25', false],
    ['past:7', '2026-02-02', false],
    ['gte:2000-01-01', 'soon', false],
    ['lte:2026-01-01', 1_700_000_000_000, false],
    ['lte:2026-01-01', null, false],
  ])('%s is tested against %j: %s', (asked, value, expected) => {
    expect(fits('date', asked, value)).toBe(expected)
  })

  test.each([
    'eq:soon',
    'eq:2026-02-31',
    'between:2026-01-01,soon',
    'past:0',
    'past:1.5',
    'past:9999999',
    'contains:2',
  ])('%s does not filter', (asked) => {
    expect(fits('date', asked, '2026-01-31')).toBeNull()
  })
})

describe('choices', () => {
  test.each<[string, unknown, boolean]>([
    ['in:won,lost', 'won', true],
    ['in:won,lost', 'Won', false],
    ['in:won', ['lost', 'won'], true],
    ['in:won', [], false],
    ['in:null', null, false],
    ['in:7', 7, true],
    ['not_in:won', 'lost', true],
    ['not_in:won', ['lost', 'won'], false],
    ['not_in:won', null, true],
    ['not_in:won', [], true],
    ['eq:won', 'won', true],
    ['neq:won', 'won', false],
  ])('%s is tested against %j: %s', (asked, value, expected) => {
    expect(fits('choice', asked, value)).toBe(expected)
  })
})

describe('yes and no', () => {
  test.each<[string, unknown, boolean]>([
    ['eq:true', true, true],
    ['eq:true', 'true', true],
    ['eq:false', null, false],
    ['neq:true', null, true],
    ['neq:true', true, false],
  ])('%s is tested against %j: %s', (asked, value, expected) => {
    expect(fits('flag', asked, value)).toBe(expected)
  })

  test('another word than true and false does not filter', () => {
    expect(fits('flag', 'eq:yes', true)).toBeNull()
  })
})
