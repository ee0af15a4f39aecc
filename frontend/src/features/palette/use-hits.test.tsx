// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { makeItem } from '../../test-items'
import { useHits } from './use-hits'

const ALL = ['contacts', 'companies', 'deals', 'tickets']

/** The service: it records each search and answers the next one by hand. */
class FakeService {
  readonly searches: { readonly type: string; readonly q: string; readonly signal: AbortSignal }[] = []
  private readonly answers: ((answer: Response) => void)[] = []

  readonly fetch = (request: Request, init?: RequestInit) => {
    const query = new URL(request.url).searchParams
    const signal = init?.signal ?? request.signal
    this.searches.push({ type: query.get('object_types') ?? '', q: query.get('q') ?? '', signal })
    return new Promise<Response>((resolve, reject) => {
      this.answers.push(resolve)
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error)
      })
    })
  }

  answer(index: number, names: readonly string[]): void {
    const items = names.map((name) => makeItem({ id: name, name }))
    this.answers[index]?.(Response.json({ items, next: null, warnings: [], source: 'live', as_of: null }))
  }

  fail(index: number): void {
    this.answers[index]?.(Response.json({ code: 'scope_missing', retryable: false }, { status: 403 }))
  }
}

describe('useHits', () => {
  let service: FakeService

  beforeEach(() => {
    vi.useFakeTimers()
    service = new FakeService()
    vi.stubGlobal('fetch', service.fetch)
  })
  afterEach(() => {
    cleanup()
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  function render(incomplete: readonly string[]) {
    const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
    const wrapper = ({ children }: { readonly children: ReactNode }) => (
      <QueryClientProvider client={cache}>{children}</QueryClientProvider>
    )
    return renderHook(({ text }) => useHits({ provider: 'hubspot', connectionId: 'c', text, incomplete }), {
      wrapper,
      initialProps: { text: '' },
    })
  }

  async function pass(ms: number): Promise<void> {
    await act(() => vi.advanceTimersByTimeAsync(ms))
  }

  test('the vendor is searched for the last text only, once the typing rests', async () => {
    const { rerender, result } = render(ALL)
    for (const text of ['ada', 'ada ', 'ada l']) {
      rerender({ text })
      await pass(200)
    }
    expect(service.searches).toEqual([])

    await pass(100)

    expect(service.searches.map(({ type, q }) => `${q} in ${type}`)).toEqual([
      'ada l in contacts',
      'ada l in companies',
      'ada l in deals',
    ])
    expect(result.current).toEqual({ items: [], status: 'searching' })
  })

  test('the next key cancels the search, and its results are gone', async () => {
    const { rerender, result } = render(['contacts', 'deals'])
    rerender({ text: 'ada' })
    await pass(300)
    service.answer(0, ['Ada'])
    await pass(0)
    expect(result.current.items.map(({ name }) => name)).toEqual(['Ada'])

    rerender({ text: 'adam' })
    await pass(0)

    expect(service.searches.map(({ type, signal }) => [type, signal.aborted])).toEqual([
      ['contacts', false],
      ['deals', true],
    ])
    expect(result.current).toEqual({ items: [], status: 'idle' })
  })

  test('what one type fails to answer does not hide the results of another', async () => {
    const { rerender, result } = render(['contacts', 'deals'])
    rerender({ text: 'ada' })
    await pass(300)
    service.answer(1, ['Ada deal'])
    service.fail(0)
    await pass(0)

    expect(result.current.items.map(({ name }) => name)).toEqual(['Ada deal'])
    expect(result.current.status).toBe('failed')
  })

  test('nothing is requested for a short text, or while all records are loaded', async () => {
    const { rerender } = render(ALL)
    rerender({ text: 'ad' })
    await pass(1_000)
    render([]).rerender({ text: 'ada' })
    await pass(1_000)

    expect(service.searches).toEqual([])
  })
})
