// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection, Integration, Item } from '../../api/types'
import type { UrlState } from '../../lib/url-state'
import { makeItem } from '../../test-items'
import type { IntegrationDescriptor } from '../descriptor'
import { AccountLoad } from '../load/account-load'
import type { TypeTab } from './object-types'
import { useRecords } from './use-records'

type Wanted = Pick<UrlState, 'q' | 'find' | 'is' | 'date' | 'where' | 'sort'>

interface Call {
  readonly query: URLSearchParams
  readonly signal: AbortSignal
  readonly answer: (items: readonly Item[], more?: Readonly<Record<string, unknown>>) => Promise<void>
}

const INTEGRATION = { id: 'hubspot' } as Integration
const DESCRIPTOR = { columns: {} } as unknown as IntegrationDescriptor
const CONNECTION = { connection_id: 'c1', status: 'connected' } as Connection
const NOTHING: Wanted = { q: '', find: false, is: [], date: null, where: [], sort: null }
const BY_AMOUNT: Wanted = { ...NOTHING, sort: { id: 'amount', desc: true } }
const BY_CLOSEDATE: Wanted = { ...NOTHING, sort: { id: 'closedate', desc: false } }
const HERE = [makeItem({ id: '1_Deal' }), makeItem({ id: '2_Deal' })]
const FOUND = [makeItem({ id: '8_Deal' }), makeItem({ id: '9_Deal' })]
const SETTLED_MS = 250

const DEALS: TypeTab = {
  name: 'deals',
  label: 'Deals',
  itemType: 'Deal',
  typeId: '0-3',
  readable: true,
  missingScopes: [],
  total: 6_000,
  properties: [
    { name: 'amount', label: 'Amount', type: 'number', group: '', custom: false },
    { name: 'closedate', label: 'Close date', type: 'datetime', group: '', custom: false },
  ],
  pipelines: [],
  search: { name: 'dealname', created: 'createdate', modified: 'hs_lastmodifieddate', most_results: 10_000 },
}

let calls: Call[] = []

beforeEach(() => {
  calls = []
  vi.useFakeTimers()
  vi.stubGlobal('fetch', (request: Request, { signal }: { signal: AbortSignal }) => {
    return new Promise<Response>((resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error)
      })
      calls.push({
        query: new URL(request.url).searchParams,
        signal,
        answer: async (items, more = {}) => {
          const page = { items, next: null, warnings: [], source: 'live', as_of: null, total: null, ...more }
          resolve(Response.json(page))
          await passes(0)
        },
      })
    })
  })
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function passes(ms: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms)
  })
}

/** The first page is here, and there are more. */
async function opened(wholeSoon = false) {
  const load = new AccountLoad(() => {
    throw new Error('nothing is loaded here')
  })
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={cache}>{children}</QueryClientProvider>
  )
  const known = {
    integration: INTEGRATION,
    descriptor: DESCRIPTOR,
    connection: CONNECTION,
    tab: DEALS,
    load,
    wholeSoon,
  }
  const view = renderHook((wanted: Wanted) => useRecords({ ...known, wanted }), { wrapper, initialProps: NOTHING })
  await passes(0)
  await calls[0]?.answer(HERE, { next: 'more' })
  await vi.dynamicImportSettled()
  await passes(0)
  return view
}

function searches(): Call[] {
  return calls.filter((call) => call.query.has('sort') || call.query.has('filter'))
}

test('the vendor sorts while some records are missing, and counts what it found', async () => {
  const view = await opened()

  view.rerender(BY_AMOUNT)
  expect(view.result.current).toMatchObject({ items: HERE, arranged: true, asking: true })
  await passes(SETTLED_MS)
  expect(searches().map((call) => call.query.get('sort'))).toEqual(['-amount'])
  expect(searches()[0]?.query.has('max_age')).toBe(false)
  await searches()[0]?.answer(FOUND, { total: 6_000 })

  expect(view.result.current).toMatchObject({
    items: FOUND,
    from: 'search',
    arranged: true,
    asking: false,
    total: 6_000,
  })
  expect(view.result.current.here.items).toEqual(HERE)
})

test('changes that follow each other cost one search', async () => {
  const view = await opened()

  view.rerender(BY_AMOUNT)
  await passes(SETTLED_MS / 2)
  view.rerender(BY_CLOSEDATE)
  await passes(SETTLED_MS)

  expect(searches().map((call) => call.query.get('sort'))).toEqual(['closedate'])
})

test('a search that is not wanted any more is canceled, and what it would replace stays until the next answer', async () => {
  const view = await opened()
  view.rerender(BY_AMOUNT)
  await passes(SETTLED_MS)
  await searches()[0]?.answer(FOUND, { total: 6_000 })

  view.rerender(BY_CLOSEDATE)
  await passes(SETTLED_MS)
  expect(view.result.current).toMatchObject({ items: FOUND, asking: true, more: null })
  view.rerender({ ...BY_AMOUNT, sort: { id: 'amount', desc: false } })
  await passes(SETTLED_MS)

  expect(searches().map((call) => call.signal.aborted)).toEqual([false, true, false])
})

test('a search that fails leaves what is here to this page', async () => {
  const view = await opened()
  view.rerender(BY_AMOUNT)
  await passes(SETTLED_MS)
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('down')))
  view.rerender(BY_CLOSEDATE)
  await passes(SETTLED_MS)
  await passes(0)

  expect(view.result.current).toMatchObject({ items: HERE, from: 'pages', arranged: false, asking: false })
  expect(view.result.current.searchProblem).not.toBeNull()
})

test('nothing is searched for by words alone, without an order, and when all records will be here in a moment', async () => {
  const view = await opened()
  view.rerender({ ...BY_AMOUNT, q: 'ada' })
  await passes(SETTLED_MS)
  expect(view.result.current).toMatchObject({ items: HERE, arranged: false })

  const soon = await opened(true)
  soon.rerender(BY_AMOUNT)
  await passes(SETTLED_MS)

  expect(searches()).toEqual([])
  expect(soon.result.current.arranged).toBe(false)
})

test('words that the vendor looks for are sorted by it, too', async () => {
  const view = await opened()

  view.rerender({ ...BY_AMOUNT, q: 'ada', find: true })
  expect(view.result.current).toMatchObject({ from: 'search', items: [], pending: true })
  await passes(SETTLED_MS)

  expect(searches().map(({ query }) => [query.get('q'), query.get('sort')])).toEqual([['ada', '-amount']])
})
