// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, renderHook, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection } from '../../api/types'
import { strings } from '../../lib/strings'
import { Disconnects, useGoneAccount } from './disconnects'
import { disconnectNow, scheduleDisconnect, undoDisconnect } from './pending-disconnects'

const words = strings.connection
const NORTHWIND = { connection_id: 'c1', portal_id: '1', portal_name: 'Northwind', status: 'connected' } as Connection

/** Answers the disconnects that were asked for, in their order. */
let answers: ((answer: Response) => void)[] = []

beforeEach(() => {
  answers = []
  vi.stubGlobal('fetch', (request: Request) => {
    if (request.method !== 'DELETE') return Promise.resolve(Response.json({ integrations: [] }))
    return new Promise<Response>((resolve) => answers.push(resolve))
  })
})
afterEach(() => {
  undoDisconnect('c1')
  cleanup()
  vi.unstubAllGlobals()
})

function page(cache: QueryClient, key: string, onGone: () => void) {
  return (
    <QueryClientProvider client={cache}>
      <Disconnects key={key} onGone={onGone} />
    </QueryClientProvider>
  )
}

function gone(): Response {
  return new Response(null, { status: 204 })
}

function unknown(): Response {
  return Response.json({ code: 'not_found', detail: 'There is no such connection.' }, { status: 404 })
}

test('what is no longer there when it is to be disconnected is gone', async () => {
  const onGone = vi.fn()
  render(page(new QueryClient(), 'hubspot', onGone))
  act(() => {
    scheduleDisconnect('hubspot', NORTHWIND)
    disconnectNow('c1')
  })
  await waitFor(() => {
    expect(answers).toHaveLength(1)
  })

  answers[0]?.(unknown())

  await waitFor(() => {
    expect(onGone).toHaveBeenCalledOnce()
  })
  expect(screen.queryByText(words.disconnectFailed('Northwind'))).toBeNull()
})

test('a disconnect that ends after another page was opened moves that page only', async () => {
  const cache = new QueryClient()
  const [left, opened] = [vi.fn(), vi.fn()]
  const { rerender } = render(page(cache, 'hubspot', left))
  act(() => {
    scheduleDisconnect('hubspot', NORTHWIND)
    disconnectNow('c1')
  })
  await waitFor(() => {
    expect(answers).toHaveLength(1)
  })
  rerender(page(cache, 'airtable', opened))

  answers[0]?.(gone())
  await waitFor(() => {
    expect(answers).toHaveLength(2)
  })
  answers[1]?.(unknown())

  await waitFor(() => {
    expect(opened).toHaveBeenCalledOnce()
  })
  expect(left).not.toHaveBeenCalled()
})

test('an account that is connected again is no longer called disconnected', () => {
  const { result, rerender } = renderHook(({ connections }) => useGoneAccount({ connections }, null, vi.fn()), {
    initialProps: { connections: [NORTHWIND] },
  })
  act(() => {
    result.current[1]({ provider: 'hubspot', connection: NORTHWIND, endsAt: 0, due: true })
  })
  rerender({ connections: [] })
  expect(result.current[0]?.name).toBe('Northwind')

  rerender({ connections: [{ ...NORTHWIND, connection_id: 'c2' }] })

  expect(result.current[0]).toBeNull()
})
