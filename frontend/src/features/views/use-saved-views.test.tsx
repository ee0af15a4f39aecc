// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'
import { sessionQuery } from '../../api/session'
import { useSavedViews } from './use-saved-views'

const VIEW = { type: 'deals', name: 'Big deals', search: '?q=big' }

afterEach(() => {
  cleanup()
  window.localStorage.clear()
})

test('a view is saved for the user, and for nobody while the user is not known', async () => {
  const cache = new QueryClient()
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={cache}>{children}</QueryClientProvider>
  )
  const { result } = renderHook(() => useSavedViews('hubspot', '1'), { wrapper })
  expect(result.current.add(VIEW)).toBe('unstored')
  expect(window.localStorage).toHaveLength(0)

  cache.setQueryData(sessionQuery.queryKey, { org_id: 'o', user_id: 'ada', via: 'session', host_origins: [] })
  await waitFor(() => {
    expect(result.current.ready).toBe(true)
  })
  act(() => {
    expect(result.current.add(VIEW)).toBeNull()
  })

  expect(result.current.all).toEqual([VIEW])
})
