// @vitest-environment jsdom
import { QueryClient, QueryClientProvider, QueryObserver } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection, Integration } from '../../api/types'
import { integrationsQuery } from '../../api/integrations'
import { useConnectFlow } from './use-connect-flow'

const NORTHWIND = { connection_id: 'c1', portal_id: '1', portal_name: 'Northwind', status: 'connected' } as Connection
const LIST = { integrations: [{ id: 'hubspot', connections: [NORTHWIND] }] }

/** Answers the list of integrations. */
let answerList: (() => void) | null = null

beforeEach(() => {
  answerList = null
  const popup = { closed: false, close: vi.fn(), focus: vi.fn(), location: { href: '' } }
  vi.stubGlobal('open', () => popup)
  vi.stubGlobal('fetch', (request: Request) => {
    const { pathname } = new URL(request.url)
    if (pathname.endsWith('/authorize'))
      return Promise.resolve(Response.json({ authorization_url: 'https://vendor/', flow_id: 'f1', expires_in: 600 }))
    if (pathname.includes('/flows/'))
      return Promise.resolve(Response.json({ status: 'connected', connection_id: 'c1' }))
    return new Promise<Response>((resolve) => {
      answerList = () => {
        resolve(Response.json(LIST))
      }
    })
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

async function connected(onConnected: (connection: Connection | null, left: boolean) => void) {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } })
  cache.setQueryData(integrationsQuery.queryKey, [] as Integration[])
  // The page that shows the list.
  new QueryObserver(cache, integrationsQuery).subscribe(() => undefined)
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <QueryClientProvider client={cache}>{children}</QueryClientProvider>
  )
  const hook = renderHook(() => useConnectFlow('hubspot', onConnected), { wrapper })
  act(() => {
    hook.result.current.start()
  })
  await waitFor(() => {
    expect(answerList).not.toBeNull()
  })
  return hook
}

test('a page that was left while the new account is read is called left', async () => {
  const onConnected = vi.fn()
  const { unmount } = await connected(onConnected)

  unmount()
  answerList?.()

  await waitFor(() => {
    expect(onConnected).toHaveBeenCalledExactlyOnceWith(NORTHWIND, true)
  })
})

test('the new account is shown once the list has it', async () => {
  const onConnected = vi.fn()
  await connected(onConnected)

  answerList?.()

  await waitFor(() => {
    expect(onConnected).toHaveBeenCalledExactlyOnceWith(NORTHWIND, false)
  })
})
