import { expect, test } from 'vitest'
import type { Change } from '../../api/changes'
import type { Item } from '../../api/types'
import { makeItem } from '../../test-items'
import { newsOf } from './news'

const KNOWN = new Map<string, Item>([
  ['1_Contact', makeItem({ id: '1_Contact', name: 'Ada' })],
  ['2_Contact', makeItem({ id: '2_Contact', name: 'Grace' })],
])

function change(id: string, item: Item | null): Change {
  const op = item === null ? 'deleted' : 'updated'
  return { id, item, op, seq: '1', object_type: 'contacts', reason: null, into: null, at: null }
}

test('records that are new, changed and gone are counted by what is displayed', () => {
  const changes = [
    change('1_Contact', makeItem({ id: '1_Contact', name: 'Ada L.' })),
    change('2_Contact', null),
    change('3_Contact', makeItem({ id: '3_Contact' })),
  ]

  expect(newsOf(changes, (id) => KNOWN.get(id))).toEqual({ added: 1, changed: 1, deleted: 1 })
})

test('a change that is displayed already is no news, nor is a deletion of a record that is not', () => {
  const changes = [change('1_Contact', makeItem({ id: '1_Contact', name: 'Ada' })), change('9_Contact', null)]

  expect(newsOf(changes, (id) => KNOWN.get(id))).toBeNull()
})

test('a change before the one that is displayed is no news', () => {
  const changes = ['2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'].map((at) =>
    change('1_Contact', makeItem({ id: '1_Contact', name: at, last_modified_time: at })),
  )

  expect(changes.map((entry) => newsOf([entry], (id) => KNOWN.get(id)))).toEqual([
    null,
    { added: 0, changed: 1, deleted: 0 },
  ])
})
