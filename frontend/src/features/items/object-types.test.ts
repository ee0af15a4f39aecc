import { describe, expect, test } from 'vitest'
import { recordIdOf, tabOf, type TypeTab } from './object-types'

function tab(name: string, itemType: string): TypeTab {
  const unasked = { label: name, typeId: null, readable: true, missingScopes: [], total: null, properties: [] }
  return { name, itemType, ...unasked }
}

const TABS = [tab('deals', 'Deal'), tab('line_items', 'Line item'), tab('p62515_deals', 'p62515_deals')]

describe('tabOf and recordIdOf', () => {
  test.each([
    ['7_Deal', 'deals'],
    ['7_LineItem', 'line_items'],
    ['7_P62515Deals', 'p62515_deals'],
    ['7_Machine', undefined],
  ])('%s is a record of %s', (id, name) => {
    expect(tabOf(id, TABS)?.name).toBe(name)
    expect(recordIdOf(id)).toBe('7')
  })
})
