import { describe, expect, test } from 'vitest'
import type { ObjectType } from '../../api/types'
import { recordIdOf, tabOf, withCounts, type TypeTab } from './object-types'

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

describe('withCounts', () => {
  const emails: ObjectType = {
    name: 'emails',
    label: 'Emails',
    item_type: 'Email',
    type_id: '0-49',
    custom: false,
    readable: true,
    missing_scopes: [],
    total: null,
    properties: [],
  }

  test('a type that cannot be counted for want of a scope cannot be read', () => {
    const refused = { ...emails, readable: false, missing_scopes: ['sales-email-read'] }

    expect(withCounts([emails], [refused])).toEqual([refused])
  })

  test('until the vendor has counted, no total is known', () => {
    expect(withCounts([{ ...emails, total: 3 }], [])).toEqual([emails])
  })
})
