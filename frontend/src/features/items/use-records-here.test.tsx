// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'
import { UNARRANGED } from '../../api/items'
import { ProblemError, unreachableProblem } from '../../lib/problem'
import { makeItem } from '../../test-items'
import type { AccountLoad } from '../load/account-load'
import type { TypeTab } from './object-types'
import { useRecordsHere } from './use-records-here'

const REQUEST = { provider: 'hubspot', connectionId: 'c1', objectType: 'deals', ...UNARRANGED }
const DEALS = { name: 'deals', readable: true, total: 1 } as TypeTab

afterEach(cleanup)

test('the error of a failed reload is shown until the records are read again', async () => {
  const rows = { items: [makeItem()], count: 1, whole: true, asOf: null, readAt: 1 }
  const load = {
    rowsOf: () => rows,
    state: { phase: 'done' },
    reload: () => Promise.reject(new ProblemError(unreachableProblem())),
  } as unknown as AccountLoad
  const cache = new QueryClient()
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={cache}>{children}</QueryClientProvider>
  )
  const { result, rerender } = renderHook(() => useRecordsHere(REQUEST, DEALS, load), { wrapper })
  act(() => {
    result.current.reload()
  })
  await waitFor(() => {
    expect(result.current.staleProblem?.code).toBe('service_unreachable')
  })

  rows.readAt = Date.now() + 1
  rerender()

  expect(result.current.staleProblem).toBeNull()
})
