// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Integration } from '../../api/types'
import { strings } from '../../lib/strings'
import type { IntegrationDescriptor } from '../descriptor'
import { ConnectIntro } from './connect-intro'
import type { ConnectFlow } from './use-connect-flow'

const HUBSPOT = { id: 'hubspot', configured: true, optional_scopes: [], connections: [] } as unknown as Integration
const DESCRIPTOR = { id: 'hubspot', label: 'HubSpot', reads: [], never: [] } as unknown as IntegrationDescriptor

afterEach(cleanup)

test('an account that was connected on this page and is disconnected can be connected again', () => {
  const state: ConnectFlow['state'] = { step: 'connected', connectionId: 'c1', scopes: [], target: null }
  const start = vi.fn()
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ConnectIntro
        integration={HUBSPOT}
        descriptor={DESCRIPTOR}
        flow={{ state, start, bringToFront: vi.fn(), dismiss: vi.fn() }}
      />
    </QueryClientProvider>,
  )

  fireEvent.click(screen.getByRole('button', { name: strings.connect.button('HubSpot') }))

  expect(start).toHaveBeenCalledOnce()
})
