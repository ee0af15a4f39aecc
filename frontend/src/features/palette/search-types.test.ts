import { describe, expect, test } from 'vitest'
import type { LoadState } from '../load/load-state'
import { incompleteTypes, typesToSearch } from './search-types'

function tab(name: string, total: number | null, readable = true) {
  return { name, total, readable }
}

function loadOf(counts: Readonly<Record<string, number>>, phase: LoadState['phase'] = 'idle') {
  return {
    state: { phase },
    rowsOf: (name: string) => ({ count: counts[name] ?? 0 }),
  }
}

describe('incompleteTypes', () => {
  test('a type is incomplete while fewer records are loaded than it has', () => {
    const tabs = [tab('contacts', 10), tab('deals', 5), tab('tickets', 0)]

    expect(incompleteTypes(tabs, loadOf({ contacts: 9, deals: 5 }))).toEqual([tabs[0]])
  })

  test('without a total, it is incomplete until the load is done', () => {
    const tabs = [tab('contacts', null)]

    expect(incompleteTypes(tabs, loadOf({ contacts: 9 }, 'running'))).toEqual(tabs)
    expect(incompleteTypes(tabs, loadOf({ contacts: 9 }, 'done'))).toEqual([])
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
