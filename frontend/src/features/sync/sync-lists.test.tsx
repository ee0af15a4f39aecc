// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { strings } from '../../lib/strings'
import { EndpointDeliveries } from './endpoint-deliveries'
import { EndpointItem } from './endpoint-item'
import { SyncRuns } from './sync-runs'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

function show(part: ReactNode, answer: () => Promise<Response>): void {
  vi.stubGlobal('fetch', answer)
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(<QueryClientProvider client={cache}>{part}</QueryClientProvider>)
}

const runs = <SyncRuns target={{ provider: 'hubspot', connectionId: 'c1' }} running={false} />
const failing = () => Promise.reject(new TypeError('down'))

test('runs that cannot be read are not none', async () => {
  show(runs, failing)
  expect(screen.queryByText(strings.sync.noRuns)).toBeNull()

  expect((await screen.findByRole('alert')).textContent).toBe(strings.problem.unreachable)
  expect(screen.queryByText(strings.sync.noRuns)).toBeNull()
})

test('no runs are said to be none', async () => {
  show(runs, () => Promise.resolve(Response.json({ runs: [] })))

  expect(await screen.findByText(strings.sync.noRuns)).toBeDefined()
})

test('listed runs say which ones are not listed', async () => {
  const run = { run_id: 'r1', kind: 'load', state: 'complete', added: 1, changed: 0, deleted: 0, requests: 2 }
  const times = { started_at: '2026-12-01T01:20:00Z', ended_at: '2026-12-01T01:20:01Z', error: null }
  show(runs, () => Promise.resolve(Response.json({ runs: [{ ...run, ...times }] })))

  expect(await screen.findByText(strings.sync.runsLeftOut)).toBeDefined()
  expect(screen.queryByText(strings.sync.noRuns)).toBeNull()
})

test('deliveries that cannot be read say why', async () => {
  show(<EndpointDeliveries id="e1" url="https://app.example" />, failing)

  expect((await screen.findByRole('alert')).textContent).toBe(strings.problem.unreachable)
})

test('an unreadable endpoint can only be deleted', () => {
  const endpoint = { endpoint_id: 'e1', url: null, created_at: null, state: 'unreadable', failing_since: null } as const
  show(<EndpointItem endpoint={endpoint} />, failing)

  expect(screen.getByText(strings.endpoints.unreadableText)).toBeDefined()
  expect(screen.getAllByRole('button').map((button) => button.textContent)).toEqual([strings.endpoints.remove])
})
