import { describe, expect, test } from 'vitest'
import { incompleteTypes, typesToSearch } from './search-types'

function tab(name: string, total: number | null, readable = true) {
  return { name, total, readable }
}

function loadOf(counts: Readonly<Record<string, number>>, whole = false) {
  return { rowsOf: (name: string) => ({ count: counts[name] ?? 0, whole }) }
}

describe('incompleteTypes', () => {
  test('a type is incomplete while fewer records are loaded than it has', () => {
    const tabs = [tab('contacts', 10), tab('deals', 5), tab('tickets', 0)]

    expect(incompleteTypes(tabs, loadOf({ contacts: 9, deals: 5 }))).toEqual([tabs[0]])
  })

  test('without a total, it is incomplete until the load is done', () => {
    const tabs = [tab('contacts', null)]

    expect(incompleteTypes(tabs, loadOf({ contacts: 9 }))).toEqual(tabs)
    expect(incompleteTypes(tabs, loadOf({ contacts: 9 }, true))).toEqual([])
  })

  test('records that were deleted since they were counted are not searched for', () => {
    expect(incompleteTypes([tab('contacts', 10)], loadOf({ contacts: 9 }, true))).toEqual([])
  })

  test('a type that cannot be read is left out', () => {
    expect(incompleteTypes([tab('quotes', 3, false)], loadOf({}))).toEqual([])
  })
})

describe('typesToSearch', () => {
  test('contacts, companies and deals come first, and there are three at most', () => {
    const incomplete = ['tickets', 'deals', 'contacts', 'products']

    expect(typesToSearch('ada', incomplete)).toEqual(['contacts', 'deals', 'tickets'])
  })

  test('nothing is searched for fewer than three characters, or when everything is loaded', () => {
    expect(typesToSearch('ad', ['contacts'])).toEqual([])
    expect(typesToSearch('ada', [])).toEqual([])
  })
})
