// @vitest-environment jsdom
import { expect, test } from 'vitest'
import type { Item } from '../../api/types'
import { makeItem } from '../../test-items'
import type { IntegrationDescriptor } from '../descriptor'
import type { TypeTab } from '../items/object-types'
import { AccountLoad } from '../load/account-load'
import { accountTables, loadedRecords, unreadTypes } from './account-tables'
import { receiptOf } from './export-job'

const DESCRIPTOR = { columns: { contacts: [] } } as unknown as IntegrationDescriptor

function tab(name: string, own: Partial<TypeTab> = {}): TypeTab {
  return {
    ...{ name, label: name, itemType: name, typeId: null, readable: true, missingScopes: [], total: 0 },
    properties: [],
    pipelines: [],
    search: null,
    ...own,
  }
}

async function loadOf(...items: Item[]): Promise<AccountLoad> {
  const load = new AccountLoad(async function* () {
    yield await Promise.resolve(items.map((item) => ({ item })))
  })
  await load.start(['contacts'])
  return load
}

test('a whole account has each readable type with every property its records were read with', async () => {
  const load = await loadOf(makeItem({ properties: { email: 'ada@x.example', favourite: 'blue' } }))
  const properties = [
    { name: 'favourite', label: 'Favourite color', type: 'string', group: '', custom: true },
    { name: 'never_read', label: 'Never read', type: 'string', group: '', custom: true },
  ]
  const tabs = [tab('contacts', { properties, total: 1 }), tab('deals'), tab('tickets', { readable: false })]
  const account = { descriptor: DESCRIPTOR, name: 'Northwind', fileName: 'x', tabs, load }
  const tables = accountTables(account)

  expect(tables.map((table) => table.name)).toEqual(['contacts'])
  expect(tables[0]?.columns.map((column) => column.header)).toEqual([
    'Name',
    'Last modified',
    'Created',
    'Email',
    'Favourite color',
  ])
  expect(loadedRecords(account)).toBe(1)
  expect(unreadTypes(tabs)).toEqual(['tickets'])
  expect(receiptOf(tables, { narrowed: false })).toMatchObject({ complete: true, rows: 1, total: 1 })
  expect(receiptOf(tables, { narrowed: false, leftOut: ['tickets'] }).complete).toBe(false)
})

test('a type that is not loaded counts as missing', async () => {
  const load = await loadOf(makeItem())
  const tabs = [tab('contacts', { total: 1 }), tab('deals', { total: 80 })]
  const tables = accountTables({ descriptor: DESCRIPTOR, name: 'Northwind', fileName: 'x', tabs, load })

  expect(receiptOf(tables, { narrowed: false })).toMatchObject({
    complete: false,
    rows: 1,
    total: 81,
    object_types: { deals: { rows: 0, total: 80 } },
  })
})
