// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Integration } from '../../api/types'
import { strings } from '../../lib/strings'
import type { IntegrationDescriptor } from '../descriptor'
import { ConnectIntro } from './connect-intro'
import { UnknownAccount } from './unknown-account'
import type { ConnectFlow } from './use-connect-flow'

const HUBSPOT = { id: 'hubspot', configured: true, optional_scopes: [], connections: [] } as unknown as Integration
const DESCRIPTOR = { id: 'hubspot', label: 'HubSpot', reads: [], never: [] } as unknown as IntegrationDescriptor
const FLOW = { state: { step: 'idle' } } as unknown as ConnectFlow

beforeEach(() => {
  document.title = 'Contacts · Northwind · Integrations'
})
afterEach(cleanup)

test('the page that connects is not titled by an account that was shown before', () => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ConnectIntro integration={HUBSPOT} descriptor={DESCRIPTOR} flow={FLOW} />
    </QueryClientProvider>,
  )

  expect(document.title).toBe(`${strings.connect.button('HubSpot')} · ${strings.app.name}`)
})

test('an account that is not connected is not titled by one that was shown before', () => {
  render(<UnknownAccount portalId="7" vendor="HubSpot" connections={[]} onSwitch={vi.fn()} onConnect={vi.fn()} />)

  expect(document.title).toBe(`${strings.connection.unknownTitle('7')} · ${strings.app.name}`)
})
