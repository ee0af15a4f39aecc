import { describe, expect, test } from 'vitest'
import type { Item } from '../../api/types'
import { compareKeys, RowOrder, type Arrangement, type SortKey } from './row-order'
import { textKey } from './text-key'

const AS_ARRIVED: Arrangement = { matches: null, sort: null }
const BY_NAME: Arrangement = { matches: null, sort: { key: (item) => item.name, desc: false } }

function itemsNamed(...names: string[]): Item[] {
  return names.map((name, index) => ({ id: `${String(index)}_Contact`, name }) as Item)
}

function names(rows: readonly Item[]): string[] {
  return rows.map((row) => row.name)
}

describe('RowOrder', () => {
  test('without a sort, rows stay in the order of arrival', () => {
    const items = itemsNamed('b', 'a')

    expect(names(new RowOrder().arrange(items, 2, AS_ARRIVED))).toEqual(['b', 'a'])
  })

  test('only the first `count` items are looked at', () => {
    expect(names(new RowOrder().arrange(itemsNamed('b', 'a', 'c'), 2, AS_ARRIVED))).toEqual(['b', 'a'])
  })

  test.each([1, 2, 3, 5, 8])('rows that arrive %i at a time end up as if they had come at once', (step) => {
    const items = itemsNamed('d', 'a', 'c', 'a', 'e', 'b', 'ä', 'f', 'c')
    const atOnce = new RowOrder().arrange(items, items.length, BY_NAME)
    const order = new RowOrder()

    for (let count = step; count < items.length; count += step) order.arrange(items, count, BY_NAME)
    const inSteps = order.arrange(items, items.length, BY_NAME)

    expect(inSteps.map((row) => row.id)).toEqual(atOnce.map((row) => row.id))
  })

  test('nothing new gives the very same array, something new another one', () => {
    const order = new RowOrder()
    const items = itemsNamed('a', 'b')
    const first = order.arrange(items, 1, AS_ARRIVED)

    expect(order.arrange(items, 1, AS_ARRIVED)).toBe(first)
    expect(order.arrange(items, 2, AS_ARRIVED)).not.toBe(first)
    expect(names(first)).toEqual(['a'])
  })

  test('another filter starts over', () => {
    const order = new RowOrder()
    const items = itemsNamed('a', 'b', 'c')
    order.arrange(items, 3, AS_ARRIVED)

    expect(names(order.arrange(items, 3, { matches: (item) => item.name !== 'b', sort: null }))).toEqual(['a', 'c'])
  })

  test('a filter leaves the order of what it shows, and what is shown without it again is not sorted again', () => {
    let asked = 0
    const sort = { key: (item: Item) => (asked++, item.name), desc: true }
    const matches = (item: Item) => item.name !== 'b'
    const order = new RowOrder()
    const items = itemsNamed('a', 'c', 'b', 'd')
    order.arrange(items, 4, { matches: null, sort })

    expect(names(order.arrange(items, 4, { matches, sort }))).toEqual(['d', 'c', 'a'])
    expect(names(order.arrange(items, 4, { matches: null, sort }))).toEqual(['d', 'c', 'b', 'a'])
    expect(asked).toBe(4)
  })

  test('rows that arrive while a filter is on take their place among those that it shows', () => {
    const sort = { key: (item: Item) => item.name, desc: false }
    const filtered = { matches: (item: Item) => item.name !== 'b', sort }
    const order = new RowOrder()
    const items = itemsNamed('d', 'b', 'a', 'c')
    order.arrange(items, 2, { matches: null, sort })
    order.arrange(items, 2, filtered)

    expect(names(order.arrange(items, 4, filtered))).toEqual(['a', 'c', 'd'])
    expect(names(order.arrange(items, 4, { matches: null, sort }))).toEqual(['a', 'b', 'c', 'd'])
  })

  test('numbers are ordered by size, equal ones as they came', () => {
    const items = itemsNamed('10', '9', '9', '-1')
    const order = (desc: boolean) =>
      new RowOrder()
        .arrange(items, 4, { matches: null, sort: { key: (item) => Number(item.name), desc } })
        .map((row) => row.id.charAt(0))

    expect(order(false)).toEqual(['3', '1', '2', '0'])
    expect(order(true)).toEqual(['0', '1', '2', '3'])
  })

  test('equal keys keep the order of arrival in both directions, and rows without a key come last', () => {
    const items = itemsNamed('x', '', 'x', 'y')
    const key = (item: Item) => (item.name === '' ? null : item.name)
    const ids = (desc: boolean) =>
      new RowOrder().arrange(items, 4, { matches: null, sort: { key, desc } }).map((row) => row.id.charAt(0))

    expect(ids(false)).toEqual(['0', '2', '3', '1'])
    expect(ids(true)).toEqual(['3', '0', '2', '1'])
  })
})

/** What each way of sorting is compared with. */
function plainly(items: readonly Item[], key: (item: Item) => SortKey, desc: boolean): readonly Item[] {
  const comparable = (item: Item) => {
    const value = key(item)
    return typeof value === 'string' ? textKey(value) : value
  }
  return items.toSorted((a, b) => compareKeys(comparable(a), comparable(b), desc ? -1 : 1))
}

const PARTS = [
  'a',
  'B',
  'ab',
  'é',
  'E',
  'Straße',
  'ﬁ',
  ' ',
  '-',
  ':',
  '/',
  '~',
  '0',
  '7',
  '007',
  '12',
  '٣',
  '½',
  '日本',
  '\uffff',
]
const ASCII_PARTS = ['a', 'B', 'ab', 'é', ' ', '~', '\u007f', '0', '7', '007', '12', 'licence']
const LONG_NUMBERS = ['123456789012345', '1234567890123456', '12345678901234567', '0000000000000001', '999999999999999']

describe.each([false, true])('random keys, descending: %s', (desc) => {
  const random = seeded(7)
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T
  const text = (parts: readonly string[], most: number) =>
    Array.from({ length: Math.floor(random() * most) }, () => pick(parts)).join('')
  const kinds: Readonly<Record<string, () => SortKey>> = {
    texts: () => text(PARTS, 7) || null,
    'long numbers in texts': () => text([...PARTS, ...LONG_NUMBERS], 4) || null,
    'texts of plain letters': () => text(ASCII_PARTS, 9) || null,
    'texts that are their own keys': () => text(['一', '丁', '語'], 5) || null,
    'long texts': () => text(PARTS, 60) || null,
    numbers: () => pick([null, -0, 0, 1, -1, 0.5, 1e300, -1e300, random()]),
    'numbers and texts': () => pick([null, 1, 2, -3.5, text(PARTS, 3)]),
  }

  test.each(Object.keys(kinds))('%s are ordered as by the plain comparison, at once and in steps', (kind) => {
    const keys = Array.from({ length: 3_000 }, () => kinds[kind]?.() ?? null)
    const items = itemsNamed(...keys.map(String))
    const key = (item: Item) => keys[Number.parseInt(item.id)] ?? null
    const arrangement = { matches: null, sort: { key, desc } }
    const expected = plainly(items, key, desc).map((item) => item.id)
    const inSteps = new RowOrder()
    for (let count = 700; count < 3_000; count += 700) inSteps.arrange(items, count, arrangement)

    expect(new RowOrder().arrange(items, 3_000, arrangement).map((item) => item.id)).toEqual(expected)
    expect(inSteps.arrange(items, 3_000, arrangement).map((item) => item.id)).toEqual(expected)
  })
})

/** The same numbers each time, from 0 to 1. */
function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}
