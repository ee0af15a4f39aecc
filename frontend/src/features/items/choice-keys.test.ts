import { expect, test } from 'vitest'
import { chooseByKey } from './choice-keys'

const PLAIN = { ctrlKey: false, metaKey: false, altKey: false }

/** What a key does while these records are chosen and the focus is on `a`. */
function doneBy(key: Parameters<typeof chooseByKey>[0], ...ids: string[]): readonly [boolean, string] {
  let done = ''
  const actions = {
    choose: (id: string) => (done = `choose ${id}`),
    extend: () => undefined,
    chooseAll: (chosen: boolean) => (done = `all ${String(chosen)}`),
    clear: () => (done = 'clear'),
  }
  return [chooseByKey(key, 'a', { ids: new Set(ids), rows: [], hidden: 0, actions }), done]
}

test.each([
  ['x', {}, 'choose a'],
  ['X', {}, 'choose a'],
  ['a', { ctrlKey: true }, 'all true'],
  ['a', { metaKey: true }, 'all true'],
  ['Escape', {}, 'clear'],
])('%s with %j does: %s', (key, modifiers, done) => {
  expect(doneBy({ ...PLAIN, ...modifiers, key }, 'b')).toEqual([true, done])
})

test.each([
  ['x', { ctrlKey: true }],
  ['a', {}],
  ['a', { ctrlKey: true, altKey: true }],
  ['ArrowDown', {}],
])('%s with %j is left to others', (key, modifiers) => {
  expect(doneBy({ ...PLAIN, ...modifiers, key }, 'b')).toEqual([false, ''])
})

test('Escape is left to others while nothing is chosen', () => {
  expect(doneBy({ ...PLAIN, key: 'Escape' })).toEqual([false, ''])
})
