// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import type { IntegrationDescriptor } from '../descriptor'
import { AccountLoad } from '../load/account-load'
import { firstScope, selectionOf, type Exportable } from './export-scope'

const ROWS = ['1', '2', '3'].map((id) => makeItem({ id }))
const TAB = {
  ...{ name: 'contacts', label: 'Contacts', itemType: 'Contact', typeId: null, readable: true, missingScopes: [] },
  ...{ total: 3, properties: [], pipelines: [], search: null },
}

function exportableWith(...chosen: Exportable['rows']): Exportable {
  const load = new AccountLoad(async function* () {
    yield await Promise.resolve([])
  })
  const descriptor = { columns: {} } as unknown as IntegrationDescriptor
  const actions = { choose: none, extend: none, chooseAll: none, clear: none }
  return {
    account: { descriptor, name: 'Northwind', fileName: 'hubspot-1', tabs: [TAB], load },
    tab: TAB,
    rows: ROWS,
    chosen: { ids: new Set(chosen.map((row) => row.id)), rows: chosen, hidden: 0, actions },
    ...{ columns: [], loaded: 3, total: 3, narrowed: false, lacking: false },
  }
}

function none(): void {
  return
}

test('chosen rows are exported by themselves, in a file of another name, and the receipt says so', () => {
  const some = exportableWith(...ROWS.slice(1))
  const { tables, receipt, fileName, gap } = selectionOf('chosen', some)

  expect(firstScope(some)).toBe('chosen')
  expect(tables.map((table) => table.rows)).toEqual([ROWS.slice(1)])
  expect(receipt).toMatchObject({ complete: false, chosen: true, rows: 2, total: 3 })
  expect(fileName).toBe('hubspot-1-contacts-chosen')
  expect(gap).toBeNull()
})

test('while nothing is chosen the view is exported, whole', () => {
  const { receipt, fileName } = selectionOf(firstScope(exportableWith()), exportableWith())

  expect(receipt).toMatchObject({ complete: true, chosen: false, rows: 3 })
  expect(fileName).toBe('hubspot-1-contacts')
})

test('values of columns that are not loaded are missing where the columns are exported', () => {
  const some = { ...exportableWith(...ROWS), lacking: true }

  expect(selectionOf('view', exportableWith()).lacking).toBe(false)
  expect(selectionOf('view', some).lacking).toBe(true)
  expect(selectionOf('chosen', some).lacking).toBe(true)
  expect(selectionOf('account', some).lacking).toBe(false)
})
