import { expect, test } from 'vitest'
import { targetRow } from './use-row-focus'

test.each([
  ['ArrowDown', 0, 1],
  ['ArrowDown', 99, 99],
  ['ArrowUp', 0, 0],
  ['PageDown', 5, 15],
  ['PageUp', 5, 0],
  ['Home', 50, 0],
  ['End', 50, 99],
  ['a', 50, null],
])('%s leads from row %i to %s', (key, from, to) => {
  expect(targetRow(key, from, 100)).toBe(to)
})

test('among no rows no key leads anywhere', () => {
  expect(targetRow('End', 0, 0)).toBeNull()
})
