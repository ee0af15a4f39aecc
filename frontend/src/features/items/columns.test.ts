import { describe, expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import { allColumns, chosenColumns, subtitle, defaultColumns } from './columns'
import { childrenColumn, labelled, propertyColumn } from './property-columns'

const EMAIL = propertyColumn('email', 'Email')
const OWN = defaultColumns({ columns: { contacts: [EMAIL] } }, 'contacts')
const ITEMS = [makeItem({ properties: { email: 'ada@example.com', hs_lead_status: 'NEW' } })]
const KNOWN = {
  properties: [
    { name: 'hs_lead_status', label: 'Lead status (HubSpot)', type: 'enumeration', group: 'lead', custom: false },
  ],
}

function ids(columns: readonly { readonly id: string }[]): string[] {
  return columns.map((column) => column.id)
}

describe('columns', () => {
  test('the usual ones have the name first and the last change at the end', () => {
    expect(ids(OWN)).toEqual(['name', 'email', 'modified'])
  })

  test('every property that has no column of its own can be chosen, under the vendor’s label', () => {
    const all = allColumns(OWN, KNOWN, ITEMS)

    expect(ids(all)).toEqual(['name', 'email', 'modified', 'created', 'hs_lead_status'])
    expect(all.at(-1)?.header).toBe('Lead status (HubSpot)')
  })

  test('a property whose column goes by another name is not offered twice', () => {
    const owner = propertyColumn('hubspot_owner_id', 'Owner', 'owner')
    const items = [makeItem({ properties: { hubspot_owner_id: '7' } })]

    expect(ids(allColumns([owner], undefined, items))).toEqual(['owner'])
  })

  test('records without times have no columns of them', () => {
    const usual = defaultColumns({ columns: {}, timeless: true }, 'bases')

    expect(ids(allColumns(usual, undefined, []))).toEqual(['name', 'parent'])
  })

  test('chosen columns stand as chosen, after the name, each once; an unknown one is ignored', () => {
    const all = allColumns(OWN, undefined, ITEMS)

    expect(ids(chosenColumns(all, OWN, ['created', 'email', 'nonsense', 'name', 'created']))).toEqual([
      'name',
      'created',
      'email',
    ])
  })

  test('nothing valid chosen means the usual ones', () => {
    expect(chosenColumns(allColumns(OWN, undefined, ITEMS), OWN, ['nonsense'])).toBe(OWN)
  })

  test('a narrow row’s second line has the first two texts that say something', () => {
    const item = makeItem({ properties: { email: '', city: 'London', stage: 'Lead', more: 'x' } })
    const columns = ['email', 'city', 'stage', 'more'].map((name) => propertyColumn(name, name))

    expect(subtitle(item, columns)).toBe('London · Lead')
  })

  test('a number that says nothing without its header is not in it', () => {
    const item = makeItem({ children: ['1_Table'], properties: { city: 'London' } })
    const columns = [childrenColumn('tables', 'Tables'), propertyColumn('city', 'City')]

    expect(subtitle(item, columns)).toBe('London')
  })
})

describe('labelled', () => {
  test('prefers the label, joins several, and falls back to a readable value', () => {
    const item = makeItem({
      labels: { stage: 'Won', tags: ['Hot', 'VIP'] },
      properties: { stage: '7', employees: 1234 },
    })

    expect(labelled(item, 'stage')).toBe('Won')
    expect(labelled(item, 'tags')).toBe('Hot, VIP')
    expect(labelled(item, 'employees')).toBe('1,234')
    expect(labelled(item, 'absent')).toBe('')
  })
})

test('a number sorts as a number, a labelled one by its label', () => {
  const amount = propertyColumn('amount', 'Amount')

  expect(amount.sortBy?.(makeItem({ properties: { amount: 12 } }))).toBe(12)
  expect(amount.sortBy?.(makeItem({ properties: { amount: 12 }, labels: { amount: 'a dozen' } }))).toBe('a dozen')
})
