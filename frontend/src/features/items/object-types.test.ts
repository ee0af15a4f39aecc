import { describe, expect, test } from 'vitest'
import type { ObjectType } from '../../api/types'
import { recordIdOf, withCounts, type TypeTab } from './object-types'

function tab(name: string, itemType: string): TypeTab {
  const unasked = {
    label: name,
    typeId: null,
    readable: true,
    missingScopes: [],
    total: null,
    properties: [],
    pipelines: [],
    search: null,
  }
  return { name, itemType, ...unasked }
}

describe('recordIdOf', () => {
  test.each([
    ['7_Deal', tab('deals', 'Deal'), '7'],
    ['7_LineItem', tab('line_items', 'Line item'), '7'],
    ['a_b_P62515Deals', tab('p62515_deals', 'p62515_deals'), 'a_b'],
    ['7_Machine', tab('deals', 'Deal'), null],
  ])('%s as a record of its type', (id, type, recordId) => {
    expect(recordIdOf(id, type)).toBe(recordId)
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
    pipelines: [],
    search: null,
  }

  test('a type that cannot be counted for want of a scope cannot be read', () => {
    const refused = { ...emails, readable: false, missing_scopes: ['sales-email-read'] }

    expect(withCounts([emails], [refused])).toEqual([refused])
  })

  test('until the vendor has counted, no total is known', () => {
    expect(withCounts([{ ...emails, total: 3 }], [])).toEqual([emails])
  })
})
