// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dismiss, useDismissals } from './dismissed'

beforeEach(() => {
  window.localStorage.clear()
})
afterEach(cleanup)

describe('dismissed notices', () => {
  test('a dismissed notice stays dismissed for its account only, until its text changes', () => {
    const { result } = renderHook(() => useDismissals('a'))
    act(() => {
      result.current.add('Custom objects are left out')
    })

    expect(result.current.has('Custom objects are left out')).toBe(true)
    expect(result.current.has('Custom objects and leads are left out')).toBe(false)
    expect(renderHook(() => useDismissals('b')).result.current.has('Custom objects are left out')).toBe(false)
  })

  test.each(['{', '"text"', '[["a"]]', '[["a",[1]]]', '{"a":["x"]}', '[null]'])(
    'broken data (%s) is nothing',
    (text) => {
      window.localStorage.setItem('integrations-dismissed-notices:1', text)

      expect(renderHook(() => useDismissals('a')).result.current.has('x')).toBe(false)
      dismiss('a', 'x')
      expect(renderHook(() => useDismissals('a')).result.current.has('x')).toBe(true)
    },
  )

  test('the oldest accounts are forgotten first', () => {
    for (let account = 0; account <= 50; account++) dismiss(String(account), 'x')

    expect(renderHook(() => useDismissals('0')).result.current.has('x')).toBe(false)
    expect(renderHook(() => useDismissals('50')).result.current.has('x')).toBe(true)
  })
})
