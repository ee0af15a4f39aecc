// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useSecondsUntil } from './use-seconds-until'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

test('a countdown that begins later does not count the time before it', () => {
  const shown: number[] = []
  const { rerender } = renderHook(
    ({ moment }: { readonly moment: number | null }) => {
      shown.push(useSecondsUntil(moment))
    },
    { initialProps: { moment: null as number | null } },
  )

  vi.advanceTimersByTime(60_000)
  rerender({ moment: Date.now() + 3_000 })
  for (let second = 0; second < 4; second++)
    act(() => {
      vi.advanceTimersByTime(1_000)
    })

  expect(shown).toEqual([0, 3, 2, 1, 0])
})
