// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UNARRANGED } from '../../api/items'
import { makeItem } from '../../test-items'
import { AccountLoad } from '../load/account-load'
import type { TypeTab } from './object-types'
import { useExtraValues } from './use-extra-values'
import { useRecordsHere } from './use-records-here'

const REQUEST = { provider: 'hubspot', connectionId: 'c1', objectType: 'contacts', ...UNARRANGED }
const CONTACTS = { name: 'contacts', readable: true, total: 1 } as TypeTab

let phone = ''

beforeEach(() => {
  phone = 'old'
  vi.stubGlobal('fetch', (request: Request) => {
    const asked = new URL(request.url).searchParams.get('properties')
    const item = makeItem({ properties: asked === null ? { email: 'a@x.example' } : { [asked]: phone } })
    return Promise.resolve(Response.json({ items: [item], next: null, warnings: [], source: 'live', as_of: null }))
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

test('values beside the records are read again with the records', async () => {
  const load = new AccountLoad(() => {
    throw new Error('nothing is loaded here')
  })
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={cache}>{children}</QueryClientProvider>
  )
  const { result } = renderHook(
    () => {
      const records = useRecordsHere(REQUEST, CONTACTS, load)
      return { records, extra: useExtraValues({ ...REQUEST, names: ['phone'] }, records) }
    },
    { wrapper },
  )
  const shown = () => result.current.extra.values(makeItem(), 'phone')?.properties['phone']
  await waitFor(() => {
    expect(shown()).toBe('old')
  })

  phone = 'new'
  act(result.current.records.reload)

  await waitFor(() => {
    expect(shown()).toBe('new')
  })
})
