import { expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import { propertyGroups } from './property-groups'

test('custom properties come first, then the vendor’s groups; internal and empty ones stand apart', () => {
  const item = makeItem({
    labels: { hubspot_owner_id: 'Grace Hopper' },
    properties: { hubspot_owner_id: '77', city: 'London', loyalty: 3, hs_object_id: '1', email: '', age: null },
  })
  const infos = [
    { name: 'city', label: 'City', type: 'string', group: 'address_information', custom: false },
    { name: 'loyalty', label: 'Loyalty', type: 'number', group: 'anything', custom: true },
  ]

  const { groups, system, empty } = propertyGroups(item, infos)

  expect(groups.map((group) => [group.title, group.rows.map((row) => row.header)])).toEqual([
    ['Custom properties', ['Loyalty']],
    ['Address information', ['City']],
    ['Other properties', ['Hubspot owner id']],
  ])
  expect(groups[2]?.rows[0]).toMatchObject({ text: 'Grace Hopper', raw: '77' })
  expect(system.map((row) => row.name)).toEqual(['hs_object_id'])
  expect(empty.map((row) => row.name)).toEqual(['age', 'email'])
})
