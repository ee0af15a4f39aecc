import { act, renderHook } from '@testing-library/react'
import { beforeEach, describe, expect, test } from 'vitest'
import { buildSearch, parseUrlState, useUrlState } from './url-state'

describe('parseUrlState', () => {
  test('an empty address means defaults', () => {
    expect(parseUrlState('')).toEqual({ portal: null, type: null, item: null, q: '', sort: null })
  })

  test('a minus before the column means descending', () => {
    expect(parseUrlState('?sort=-amount').sort).toEqual({ id: 'amount', desc: true })
    expect(parseUrlState('?sort=name').sort).toEqual({ id: 'name', desc: false })
    expect(parseUrlState('?sort=-').sort).toBeNull()
  })
})

describe('buildSearch', () => {
  test('what is built reads back the same', () => {
    const state = { portal: '1', type: 'deals', item: '5_Deal', q: 'a&b=ü', sort: { id: 'amount', desc: true } }

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
