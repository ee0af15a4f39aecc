import { expect, test } from 'vitest'
import { parseLayout, withoutWidth, withPin, withWidths } from './column-layout'

const EMPTY = { widths: {}, pins: [] }

test.each([undefined, null, 'text', [], { widths: 7, pins: 'owner' }, { widths: { owner: 'wide' }, pins: [7] }])(
  'what is broken (%j) is no layout',
  (stored) => {
    expect(parseLayout(stored)).toEqual(EMPTY)
  },
)

test('a width that nobody could use is brought into its limits', () => {
  expect(parseLayout({ widths: { a: -1, b: 1e9, c: 120.4 } }).widths).toEqual({ a: 64, b: 960, c: 120 })
})

test('widths and pins are added and taken away one by one', () => {
  const layout = withPin(withWidths(withWidths(EMPTY, { a: 100 }), { b: 200 }), 'b', true)

  expect(layout).toEqual({ widths: { a: 100, b: 200 }, pins: ['b'] })
  expect(withoutWidth(layout, 'a')).toEqual({ widths: { b: 200 }, pins: ['b'] })
  expect(withPin(layout, 'b', false).pins).toEqual([])
})
