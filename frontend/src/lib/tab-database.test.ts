// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest'
import { openTabDatabase } from './tab-database'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a browser that never opens the database has none', async () => {
  vi.useFakeTimers()
  const locks = {
    request: (_: string, __: object, held: () => Promise<never>) => held(),
    query: () => Promise.resolve({ held: [] }),
  }
  vi.stubGlobal('navigator', { locks })
  vi.stubGlobal('indexedDB', { databases: () => Promise.resolve([]), open: () => ({}) })

  const opened = openTabDatabase(['rows'])
  await vi.advanceTimersByTimeAsync(3_000)

  expect(await opened).toBeNull()
})
