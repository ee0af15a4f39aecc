// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection } from '../../api/types'
import { scheduleDisconnect, undoDisconnect, usePendingDisconnects } from './pending-disconnects'
import { useOtherTabs } from './use-other-tabs'

const channel = vi.hoisted((): { tell: (news: unknown) => void } => ({ tell: () => undefined }))
vi.mock('../../lib/connections-channel', () => ({
  listenForConnections: (listener: (news: unknown) => void) => {
    channel.tell = listener
    return () => undefined
  },
}))

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  undoDisconnect('c1')
  cleanup()
  vi.useRealTimers()
})

test('what another tab has disconnected is not disconnected again', () => {
  const cache = new QueryClient()
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={cache}>{children}</QueryClientProvider>
  )
  const { result } = renderHook(
    () => {
      useOtherTabs()
      return usePendingDisconnects()
    },
    { wrapper },
  )
  act(() => {
    scheduleDisconnect('hubspot', { connection_id: 'c1' } as Connection)
  })
  expect(result.current).toHaveLength(1)

  act(() => {
    channel.tell({ disconnected: 'c1' })
  })

  expect(result.current).toHaveLength(0)
})
