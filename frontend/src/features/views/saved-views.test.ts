import { describe, expect, test } from 'vitest'
import { FRESH_TABLE, parseUrlState, type TableState } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { chosenColumns, NAME } from '../items/columns'
import { currentView, isArranged } from './current-view'
import {
  added,
  cleanName,
  MAX_VIEWS,
  parseViews,
  removed,
  replaced,
  searchOf,
  stateOf,
  type SavedView,
} from './saved-views'

const BIG: TableState = {
  ...FRESH_TABLE,
  q: 'a&b',
  is: [{ column: 'stage', value: 'Contract Sent' }],
  date: { column: 'created', from: '2026-01-01', to: null },
  where: [{ column: 'amount', operator: 'gte', values: ['1000'] }],
  sort: { id: 'amount', desc: true },
  cols: ['name', 'amount'],
}
const VIEW: SavedView = { type: 'deals', name: 'Big deals', search: searchOf(BIG) }

describe('a saved view', () => {
  test('shows what it was saved from, under its name', () => {
    expect(stateOf(VIEW)).toEqual({ ...BIG, named: 'Big deals', view: null, type: 'deals' })
  })

  test('leaves out the opened record and the account', () => {
    expect(searchOf({ ...BIG, item: '1_Deal', named: 'x' })).toBe(VIEW.search)
    expect(VIEW.search).not.toMatch(/item|portal|name=/)
  })
})

describe('parseViews', () => {
  test.each([
    undefined,
    null,
    'text',
    { views: [VIEW] },
    [null],
    [{}],
    [{ ...VIEW, name: '' }],
    [{ ...VIEW, name: ' Big deals' }],
    [{ ...VIEW, name: 'x'.repeat(61) }],
    [{ ...VIEW, search: 7 }],
    [{ ...VIEW, search: 'x'.repeat(8_001) }],
  ])('what is broken (%j) is left out', (stored) => {
    expect(parseViews(stored)).toEqual([])
  })

  test('what is whole stays beside what is broken, each name once', () => {
    expect(parseViews([null, VIEW, { ...VIEW, name: 'BIG DEALS' }, { ...VIEW, type: 'contacts' }])).toEqual([
      VIEW,
      { ...VIEW, type: 'contacts' },
    ])
  })

  test('at most a hundred', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ ...VIEW, name: String(index) }))

    expect(parseViews(many)).toHaveLength(MAX_VIEWS)
  })
})

describe('changes of the list', () => {
  const OTHER = { ...VIEW, name: 'Other' }

  test('a name is taken whatever its case, in its own type only', () => {
    expect(added([VIEW], { ...VIEW, name: 'big DEALS' })).toBe('taken')
    expect(added([VIEW], { ...VIEW, type: 'contacts' })).toHaveLength(2)
    expect(replaced([VIEW, OTHER], OTHER, { ...OTHER, name: 'Big deals' })).toBe('taken')
  })

  test('a view can be renamed in place, also to another case of its own name', () => {
    expect(replaced([VIEW, OTHER], VIEW, { ...VIEW, name: 'BIG deals' })).toEqual([
      { ...VIEW, name: 'BIG deals' },
      OTHER,
    ])
  })

  test('updating a view that another tab deleted adds it again', () => {
    expect(replaced([OTHER], VIEW, VIEW)).toEqual([OTHER, VIEW])
  })

  test('a full list takes no more', () => {
    const full = Array.from({ length: MAX_VIEWS }, (_, index) => ({ ...VIEW, name: String(index) }))

    expect(added(full, VIEW)).toBe('full')
    expect(removed(full, { type: 'deals', name: '7' })).toHaveLength(MAX_VIEWS - 1)
  })

  test('one that is too long is not for want of room', () => {
    const long = { ...VIEW, search: `?q=${'x'.repeat(8_000)}` }

    expect(added([], long)).toBe('long')
    expect(replaced([VIEW], VIEW, long)).toBe('long')
  })

  test('a name has no outer spaces and 60 characters at most', () => {
    expect(cleanName('  a b ')).toBe('a b')
    expect(cleanName(`${'x'.repeat(59)} y`)).toBe('x'.repeat(59))
    expect(cleanName(`${'x'.repeat(59)}🎉`)).toBe('x'.repeat(59))
    expect(cleanName('Won 🎉')).toBe('Won 🎉')
  })
})

describe('currentView', () => {
  const at = (search: string) => currentView([VIEW], 'deals', parseUrlState(search)).state

  test('the address tells which view is shown, and whether it was changed', () => {
    expect(at('')).toBe('usual')
    expect(at('?sort=name')).toBe('unsaved')
    expect(at(VIEW.search)).toBe('saved')
    expect(at(`${VIEW.search}&name=big+deals`)).toBe('saved')
    expect(at('?sort=name&name=Big+deals')).toBe('changed')
    expect(at('?sort=name&name=Somebody+else')).toBe('shared')
  })

  test('a view of another type is not this one', () => {
    expect(currentView([VIEW], 'contacts', parseUrlState(VIEW.search)).state).toBe('unsaved')
  })
})

describe('an address that arranges nothing', () => {
  const amount: ColumnSpec = { id: 'amount', header: 'Amount', text: () => '', kind: 'number' }
  const usual = [NAME, amount]
  const arranges = (search: string) => {
    const url = parseUrlState(search)
    return isArranged(url, { all: usual, usual, chosen: chosenColumns(usual, usual, url.cols) })
  }

  test('shows the standard view', () => {
    const url = parseUrlState('?where=amount:gte:many')

    expect(currentView([VIEW], 'deals', url, false).state).toBe('usual')
    expect(currentView([VIEW], 'deals', parseUrlState(VIEW.search), false).state).toBe('saved')
  })

  test.each(['', '?where=amount:gte:many', '?sort=size', '?cols=size', '?is=size:big', '?date=amount:2026-01-01..'])(
    'is %s',
    (search) => {
      expect(arranges(search)).toBe(false)
    },
  )

  test.each(['?q=a', '?where=amount:gte:5', '?sort=amount', '?cols=amount', '?is=amount:5'])('is not %s', (search) => {
    expect(arranges(search)).toBe(true)
  })
})
