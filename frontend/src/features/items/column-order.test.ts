import { expect, test } from 'vitest'
import { idsOf, moved, withColumn, withPinsFirst } from './column-order'
import { propertyColumn } from './property-columns'

const USUAL = ['name', 'email', 'company', 'owner', 'modified'].map((id) => propertyColumn(id, id))
const [, EMAIL, , OWNER] = USUAL
const EXTRA = propertyColumn('points', 'points')

function ids(columns: readonly { readonly id: string }[]): string {
  return columns.map((column) => column.id).join(' ')
}

test('pinned columns follow the name, in the order of the others', () => {
  const { columns, pinned } = withPinsFirst(USUAL, ['owner', 'company', 'hidden'])

  expect(ids(columns)).toBe('name company owner email modified')
  expect(pinned).toBe(3)
})

test.each([
  ['owner', 1, 'name owner email company modified'],
  ['email', 3, 'name company owner email modified'],
  ['email', 99, 'name company owner modified email'],
  ['owner', 0, 'name owner email company modified'],
  ['name', 3, 'name email company owner modified'],
  ['hidden', 1, 'name email company owner modified'],
])('%s moved to %i stands where that is possible', (id, place, expected) => {
  expect(ids(moved(withPinsFirst(USUAL, []), id, place))).toBe(expected)
})

test('a moved column stays among the pinned ones, or among the others', () => {
  const ordered = withPinsFirst(USUAL, ['email', 'company'])

  expect(ids(moved(ordered, 'email', 4))).toBe('name company email owner modified')
  expect(ids(moved(ordered, 'modified', 0))).toBe('name email company modified owner')
})

test('a usual column comes back to where it was, another one to the end', () => {
  const without = USUAL.filter((column) => column !== EMAIL)

  expect(withColumn(without, EMAIL ?? EXTRA, USUAL)).toEqual(USUAL)
  expect(ids(withColumn(USUAL, EXTRA, USUAL))).toBe('name email company owner modified points')
})

test('the usual columns in their order need no place in the address', () => {
  expect(idsOf(USUAL, USUAL)).toEqual([])
  expect(idsOf(moved(withPinsFirst(USUAL, []), OWNER?.id ?? '', 1), USUAL)).toHaveLength(5)
})
