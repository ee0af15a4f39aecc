import { expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import { propertyGroups } from './property-groups'

test('labelled properties come first, the vendor’s own and the empty ones apart', () => {
  const item = makeItem({
    labels: { hubspot_owner_id: 'Grace Hopper' },
    properties: { hubspot_owner_id: '77', city: 'London', hs_object_id: '1', email: '', age: null },
  })

  const groups = propertyGroups(item, new Map([['city', 'City']]))

  expect(groups.labelled).toEqual([
    { name: 'hubspot_owner_id', header: 'Hubspot owner id', text: 'Grace Hopper', raw: '77' },
  ])
  expect(groups.plain.map((row) => [row.header, row.text])).toEqual([['City', 'London']])
  expect(groups.system.map((row) => row.name)).toEqual(['hs_object_id'])
  expect(groups.empty.map((row) => row.name)).toEqual(['age', 'email'])
})
