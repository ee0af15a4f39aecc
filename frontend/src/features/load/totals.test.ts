import { expect, test } from 'vitest'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from './account-load'
import { partOf } from './totals'

function tab(name: string, total: number | null): TypeTab {
  return { name, total, readable: true } as TypeTab
}

function loadOf(counts: Readonly<Record<string, number>>, whole: readonly string[] = []): AccountLoad {
  const rowsOf = (name: string) => ({ items: [], count: counts[name] ?? 0, whole: whole.includes(name) })
  return { rowsOf } as unknown as AccountLoad
}

test('loaded records are a part as long as the account has more', () => {
  const load = loadOf({ contacts: 10, deals: 3 }, ['contacts'])

  expect(partOf(load, [tab('contacts', 10), tab('deals', 5)])).toEqual({ loaded: 13, total: 15 })
  expect(partOf(load, [tab('contacts', 10), tab('deals', 3)])).toBeNull()
  expect(partOf(load, [tab('contacts', 10), tab('deals', null)])).toBeNull()
})

test('records that were deleted since they were counted are not missing', () => {
  expect(partOf(loadOf({ contacts: 9 }, ['contacts']), [tab('contacts', 10)])).toBeNull()
})
