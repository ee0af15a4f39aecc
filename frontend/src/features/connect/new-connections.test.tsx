// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection, Integration } from '../../api/types'
import { strings } from '../../lib/strings'
import { IDLE, type FlowState } from './flow-machine'
import { NewConnections } from './new-connections'

const OWN = { connection_id: 'own', portal_id: '1', portal_name: 'Northwind', connected_at: '2026-11-30T10:00:00Z' }
const CONNECTED: FlowState = { step: 'connected', connectionId: 'own', scopes: [], target: null }

beforeEach(() => {
  window.sessionStorage.clear()
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ via: 'local' })))
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

function notices(connections: readonly Partial<Connection>[], attempt: FlowState) {
  const integrations = [{ id: 'hubspot', label: 'HubSpot', connections }] as unknown as Integration[]
  return (
    <QueryClientProvider client={new QueryClient()}>
      <NewConnections integrations={integrations} attempt={attempt} />
    </QueryClientProvider>
  )
}

test('what the tab itself connected is not announced after a reload', () => {
  const { rerender, unmount } = render(notices([], IDLE))
  rerender(notices([OWN], CONNECTED))
  unmount()

  render(notices([OWN], IDLE))

  expect(screen.queryByText(strings.flow.newTitle('Northwind'))).toBeNull()
})
