// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useSettled } from './use-settled'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

test('the first value counts at once, a later one when no other followed', () => {
  const { result, rerender } = renderHook((value: string) => useSettled(value, 250), { initialProps: 'a' })
  expect(result.current).toBe('a')

  rerender('b')
  act(() => vi.advanceTimersByTime(200))
  rerender('c')
  act(() => vi.advanceTimersByTime(200))
  expect(result.current).toBe('a')

  act(() => vi.advanceTimersByTime(50))
  expect(result.current).toBe('c')
})
