import { expect, test } from 'vitest'
import { kindOfProperty, meaningOfProperty } from './property-kinds'

const described = (type: string) => ({ name: 'p', label: 'P', type, group: '', custom: false })

test.each([
  ['number', 'number'],
  ['date', 'date'],
  ['datetime', 'date'],
  ['enumeration', 'choice'],
  ['bool', 'flag'],
  ['string', 'text'],
  ['phone_number', 'text'],
  ['object_coordinates', 'text'],
])('the account’s type %s is filtered as %s, whatever a value looks like', (type, kind) => {
  expect(kindOfProperty(described(type), 12)).toBe(kind)
})

test.each<[unknown, string]>([
  [12, 'number'],
  [true, 'flag'],
  [['a'], 'choice'],
  ['2026-01-31', 'date'],
  ['2026-01-31T10:00:00.000Z', 'date'],
  ['2026-01-31 or later', 'text'],
  ['x', 'text'],
  [undefined, 'text'],
])('without a description, the value %j is filtered as %s', (sample, kind) => {
  expect(kindOfProperty(undefined, sample)).toBe(kind)
})

test('a property means what is known of its name, else what its type says', () => {
  const meanings = { fax: 'phone' } as const

  expect(meaningOfProperty('fax', described('string'), meanings)).toEqual({ as: 'phone' })
  expect(meaningOfProperty('colours', described('enumeration'), meanings)).toEqual({ as: 'choice' })
  expect(meaningOfProperty('city', described('string'), meanings)).toEqual({})
})
