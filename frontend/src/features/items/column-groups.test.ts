import { describe, expect, test } from 'vitest'
import { columnGroups } from './column-groups'
import { propertyColumn } from './property-columns'

const POINTS = { ...propertyColumn('loyalty_points', 'Loyalty points'), group: 'Custom properties' }
const SCORE = { ...propertyColumn('hs_score', 'Score'), group: 'Analytics' }
const CITY = { ...propertyColumn('city', 'Café city'), group: 'Address' }

describe('columnGroups', () => {
  test('chosen columns come first, then custom properties, then the other groups', () => {
    const { groups, hidden } = columnGroups([SCORE, CITY, POINTS], [CITY], '', 10)

    expect(groups.map((group) => group.title)).toEqual(['Chosen properties', 'Custom properties', 'Analytics'])
    expect(hidden).toBe(0)
  })

  test('a search looks at labels and internal names, without regard to accents', () => {
    expect(columnGroups([SCORE, CITY], [], 'cafe', 10).groups).toEqual([{ title: 'Address', columns: [CITY] }])
    expect(columnGroups([SCORE, CITY], [], 'hs_sc', 10).groups).toEqual([{ title: 'Analytics', columns: [SCORE] }])
  })

  test('matches beyond the limit are counted', () => {
    const { groups, hidden } = columnGroups([SCORE, CITY, POINTS], [], '', 1)

    expect(groups).toEqual([{ title: 'Custom properties', columns: [POINTS] }])
    expect(hidden).toBe(2)
  })
})
