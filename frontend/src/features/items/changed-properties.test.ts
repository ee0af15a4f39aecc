import { expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import { changedProperties } from './changed-properties'

test('properties with another text than before are named with both', () => {
  const before = makeItem({ properties: { city: 'Bern', phone: '', jobtitle: 'Analyst', lastmodifieddate: 'then' } })
  const after = makeItem({ properties: { city: 'Basel', phone: '+41', jobtitle: 'Analyst', lastmodifieddate: 'now' } })

  expect(changedProperties(before, after, [])).toEqual([
    { name: 'city', header: 'City', before: 'Bern', after: 'Basel' },
    { name: 'phone', header: 'Phone', before: '', after: '+41' },
  ])
})

test('a value that was removed is named, and the vendor’s internal properties are not', () => {
  const before = makeItem({ properties: { city: 'Bern', hs_score: 1 } })
  const after = makeItem({ properties: { city: null, hs_score: 2 } })

  expect(changedProperties(before, after, []).map(({ name, after: text }) => [name, text])).toEqual([['city', '']])
})
