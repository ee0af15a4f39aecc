// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { syncQuery, type SyncView } from '../../api/sync'
import type { Connection } from '../../api/types'
import { strings } from '../../lib/strings'
import { SyncPanel } from './sync-panel'

const words = strings.sync
const CONNECTION = { connection_id: 'c1', sync: true } as Connection
const KEY = syncQuery({ provider: 'hubspot', connectionId: 'c1' }).queryKey
const STATE = { state: 'up_to_date', running: [], object_types: {} } as unknown as SyncView

let deletes = 0
let signedIn = true
let cache = new QueryClient()

beforeEach(() => {
  deletes = 0
  signedIn = true
  vi.stubGlobal(
    'EventSource',
    class {
      addEventListener = vi.fn()
      close = vi.fn()
    },
  )
  vi.stubGlobal('fetch', ({ method }: Request) => {
    if (!signedIn) return Promise.resolve(Response.json({ code: 'signed_out', status: 401 }, { status: 401 }))
    if (method !== 'DELETE') return new Promise(() => undefined)
    deletes += 1
    return Promise.resolve(Response.json({ code: 'internal', status: 500 }, { status: 500 }))
  })
  cache = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } })
  cache.setQueryData(KEY, STATE)
  render(
    <QueryClientProvider client={cache}>
      <SyncPanel provider="hubspot" connection={CONNECTION} tabs={[]} onConnect={vi.fn()} />
    </QueryClientProvider>,
  )
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const ask = () => {
  fireEvent.click(screen.getByRole('button', { name: words.disable }))
  expect(screen.getByText(words.disableText)).toBeDefined()
}

test.each([
  ['Escape', () => fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' })],
  [
    'going to another button',
    () => {
      act(() => {
        screen.getByRole('button', { name: words.update }).focus()
      })
    },
  ],
])('%s takes the question back', (_, leave) => {
  ask()

  leave()
  expect(screen.queryByText(words.disableText)).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: words.disable }))

  expect(deletes).toBe(0)
})

test('a second click turns it off; when that fails, the next one asks again', async () => {
  ask()

  fireEvent.click(screen.getByRole('button', { name: words.confirmDisable }))
  await screen.findByText(words.actionFailed)
  await waitFor(() => {
    expect(screen.getByRole('button', { name: words.disable }).ariaDisabled).not.toBe('true')
  })
  ask()

  expect(deletes).toBe(1)
})

test('a state that could not be read again, such as after the session has ended, is not shown as current', async () => {
  signedIn = false
  await act(() => cache.invalidateQueries({ queryKey: KEY }))

  const alert = await screen.findByText(words.staleTitle)
  expect(alert.closest('[role=alert]')?.textContent).toContain(strings.problem.signedOut)
})
