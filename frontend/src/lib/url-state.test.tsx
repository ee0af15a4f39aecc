// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildSearch, parseUrlState, useUrlState, type UrlState } from './url-state'

const DEFAULTS: UrlState = {
  app: null,
  portal: null,
  view: null,
  type: null,
  item: null,
  q: '',
  find: false,
  is: [],
  date: null,
  where: [],
  sort: null,
  cols: [],
  named: null,
  density: 'comfortable',
}

describe('parseUrlState', () => {
  test.each(['', '?app=&portal=&view=&type=&item=&q=&is=&date=&where=&sort=&cols=&name='])(
    'an address without values (%s) means defaults',
    (search) => {
      expect(parseUrlState(search)).toEqual(DEFAULTS)
    },
  )

  test.each([
    '?date=created',
    '?date=:2026-01-01..',
    '?date=created:..',
    '?date=created:soon..',
    '?date=created:2026-02-31..',
  ])('a date that cannot be understood (%s) is none', (search) => {
    expect(parseUrlState(search).date).toBeNull()
  })

  test('conditions that cannot be understood are left out, the others stay', () => {
    const { where } = parseUrlState('?where=amount:gte&where=amount:gte:1000&where=:::&where=%00&where=phone:has_not')

    expect(where).toEqual([
      { column: 'amount', operator: 'gte', values: ['1000'] },
      { column: 'phone', operator: 'has_not', values: [] },
    ])
  })

  test('the same address gives the very same values', () => {
    const search = '?is=owner:Ada&date=created:2026-01-01..&where=amount:gte:1000&sort=name&cols=a,b'
    const before = parseUrlState(search)
    const after = parseUrlState(`${search}&item=1_Contact`)

    expect(
      [after.is, after.date, after.where, after.sort, after.cols].map((value, index) =>
        Object.is(value, [before.is, before.date, before.where, before.sort, before.cols][index]),
      ),
    ).toEqual([true, true, true, true, true])
  })

  test('a minus before the column means descending', () => {
    expect(parseUrlState('?sort=-amount').sort).toEqual({ id: 'amount', desc: true })
    expect(parseUrlState('?sort=name').sort).toEqual({ id: 'name', desc: false })
    expect(parseUrlState('?sort=-').sort).toBeNull()
  })
})

describe('buildSearch', () => {
  test('what is built reads back the same', () => {
    const state: UrlState = {
      app: 'hubspot',
      portal: '1',
      view: 'overview',
      type: 'deals',
      item: '5_Deal',
      q: 'a&b=ü',
      find: true,
      is: [
        { column: 'owner', value: 'Ada: the first, & only' },
        { column: 'owner', value: '' },
        { column: 'note', value: 'two\nlines' },
      ],
      date: { column: 'created', from: '2026-01-01', to: null },
      where: [
        { column: 'amount', operator: 'between', values: ['-1.5', '1000'] },
        { column: 'a:b', operator: 'in', values: ['x, y', 'back\\slash', 'é:👩‍🚀', 'two\nlines'] },
        { column: 'phone', operator: 'has_not', values: [] },
      ],
      sort: { id: 'amount', desc: true },
      cols: ['name', 'amount'],
      named: 'Big deals & more',
      density: 'compact',
    }

    expect(parseUrlState(buildSearch('', state))).toEqual(state)
  })

  test('defaults leave no trace and foreign parameters stay', () => {
    expect(buildSearch('?portal=1&q=x&utm=mail', { portal: null, q: '' })).toBe('?utm=mail')
  })
})

describe('useUrlState', () => {
  beforeEach(() => {
    window.history.replaceState(null, '', '/')
  })
  afterEach(cleanup)

  test('a change shows in the address and in every reader', () => {
    const first = renderHook(() => useUrlState())
    const second = renderHook(() => useUrlState())

    act(() => {
      first.result.current[1]({ type: 'deals' })
    })

    expect(window.location.search).toBe('?type=deals')
    expect(second.result.current[0].type).toBe('deals')
  })

  test('the same state again adds no step to the history', () => {
    const { result } = renderHook(() => useUrlState())
    act(() => {
      result.current[1]({ type: 'deals' })
    })
    const steps = window.history.length

    act(() => {
      result.current[1]({ type: 'deals' })
    })

    expect(window.history.length).toBe(steps)
  })
})

test('spaces alone are no search: nothing would be left out by them', () => {
  expect(parseUrlState('?q=+&find=1')).toMatchObject({ q: '' })
  expect(parseUrlState('?q=+ada+')).toMatchObject({ q: ' ada ' })
  expect(buildSearch('', { q: '  ', find: true })).toBe('')
})
