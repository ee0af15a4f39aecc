// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection } from '../../api/types'
import { scheduleDisconnect, undoDisconnect, usePendingDisconnects } from './pending-disconnects'

const CONNECTION = { connection_id: 'c1' } as Connection

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  act(() => {
    undoDisconnect('c1')
  })
  cleanup()
  vi.useRealTimers()
})

function passes(ms: number): void {
  act(() => {
    vi.advanceTimersByTime(ms)
  })
}

function schedule(): void {
  act(() => {
    scheduleDisconnect('hubspot', CONNECTION)
  })
}

test('a disconnect is due after ten seconds', () => {
  const view = renderHook(usePendingDisconnects)
  schedule()

  passes(9_999)
  expect(view.result.current).toMatchObject([{ due: false }])
  passes(1)

  expect(view.result.current).toMatchObject([{ due: true }])
})

test('one that is chosen again after an undo has all of its ten seconds', () => {
  const view = renderHook(usePendingDisconnects)
  schedule()
  passes(8_000)
  act(() => {
    undoDisconnect('c1')
  })
  schedule()

  passes(9_999)
  expect(view.result.current).toMatchObject([{ due: false }])
  passes(1)

  expect(view.result.current).toMatchObject([{ due: true }])
})
