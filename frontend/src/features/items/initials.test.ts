import { expect, test } from 'vitest'
import { hueOf, initialsOf } from './initials'

test.each([
  ['Jana Johnson', 'JJ'],
  ['Zoë van der Çelik', 'ZÇ'],
  ['ada@example.com', 'A'],
  ['Ada Lovelace (left)', 'AL'],
  ['李 小龍', '李小'],
  ['4711', ''],
  ['', ''],
])('the initials of “%s” are “%s”', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})

test('a name keeps its hue, and names differ', () => {
  const names = ['Jana Johnson', 'Grace Hopper', 'Ada Lovelace', 'Alan Turing']

  expect(hueOf('Jana Johnson')).toBe(hueOf('Jana Johnson'))
  expect(new Set(names.map(hueOf)).size).toBeGreaterThan(2)
})
