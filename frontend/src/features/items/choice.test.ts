import { expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import { extended, extendedFrom, NOTHING, toggled, withAll, type Choice } from './choice'

const ROWS = ['a', 'b', 'c', 'd', 'e'].map((id) => makeItem({ id }))

function idsOf({ ids }: Choice): string {
  return [...ids].sort().join('')
}

test('a row is chosen, and not any more when it is toggled again', () => {
  const one = toggled(NOTHING, 'b')

  expect(idsOf(one)).toBe('b')
  expect(idsOf(toggled(one, 'b'))).toBe('')
})

test('a range goes from the row toggled last to this one, up or down', () => {
  const one = toggled(NOTHING, 'c')

  expect(idsOf(extended(one, ROWS, 'e'))).toBe('cde')
  expect(idsOf(extended(one, ROWS, 'a'))).toBe('abc')
})

test('a range that is extended again gives up what it no longer spans, and nothing chosen before', () => {
  const before = toggled(toggled(NOTHING, 'd'), 'a')
  const long = extended(before, ROWS, 'e')

  expect(idsOf(long)).toBe('abcde')
  expect(idsOf(extended(long, ROWS, 'b'))).toBe('abd')
})

test('a range from a row that was unchosen unchooses', () => {
  const all = withAll(NOTHING, ROWS, true)

  expect(idsOf(extended(toggled(all, 'b'), ROWS, 'd'))).toBe('ae')
})

test('a range without a beginning among the rows is this row alone', () => {
  expect(idsOf(extended(NOTHING, ROWS, 'c'))).toBe('c')
  expect(idsOf(extended(toggled(NOTHING, 'filtered out'), ROWS, 'c'))).toBe('cfiltered out')
})

test('rows in another order keep what an earlier range chose', () => {
  const range = extended(toggled(NOTHING, 'a'), ROWS, 'c')

  expect(idsOf(extended(range, ROWS.toReversed(), 'b'))).toBe('abc')
})

test('keys extend from the focused row, and back again', () => {
  const down = extendedFrom(NOTHING, ROWS, 'b', 'c')
  const further = extendedFrom(down, ROWS, 'c', 'd')

  expect(idsOf(further)).toBe('bcd')
  expect(idsOf(extendedFrom(further, ROWS, 'd', 'c'))).toBe('bc')
})

test('after the focus moved elsewhere, keys begin a new range there', () => {
  const first = extendedFrom(NOTHING, ROWS, 'a', 'b')

  expect(idsOf(extendedFrom(first, ROWS, 'd', 'e'))).toBe('abde')
})

test('all of a view are chosen beside what it does not show, and taken back alone', () => {
  const other = toggled(NOTHING, 'z')
  const all = withAll(other, ROWS, true)

  expect(idsOf(all)).toBe('abcdez')
  expect(idsOf(withAll(all, ROWS, false))).toBe('z')
})
