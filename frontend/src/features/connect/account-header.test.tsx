// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Connection, Integration } from '../../api/types'
import { strings } from '../../lib/strings'
import type { IntegrationDescriptor } from '../descriptor'
import { AccountHeader } from './account-header'
import type { ConnectFlow } from './use-connect-flow'

const words = strings.connection
const SCOPES = { granted_scopes: [], missing_scopes: [] }
const account = (id: string) =>
  ({
    connection_id: id,
    portal_id: id,
    status: 'connected',
    connected_at: '2026-01-01T00:00:00Z',
    ...SCOPES,
  }) as unknown
const [NORTHWIND, CONTOSO] = [account('1') as Connection, account('2') as Connection]
const INTEGRATION = {
  ...{ id: 'hubspot', connections: [NORTHWIND], required_scopes: [], optional_scopes: [] },
} as unknown as Integration
const DESCRIPTOR = { scopeWords: {}, afterDisconnect: '', icon: null } as unknown as IntegrationDescriptor

afterEach(cleanup)

test('a question about an account ends when the browser goes back to another account', async () => {
  const header = (connection: Connection) => (
    <AccountHeader
      integration={INTEGRATION}
      descriptor={DESCRIPTOR}
      connection={connection}
      flow={{} as ConnectFlow}
      onSwitch={vi.fn()}
    />
  )
  const { rerender } = render(header(NORTHWIND))
  fireEvent.click(screen.getByRole('button', { name: words.details }))
  fireEvent.click(await screen.findByRole('button', { name: words.disconnect }))
  await screen.findByRole('alertdialog')

  rerender(header(CONTOSO))

  expect(screen.queryByRole('alertdialog')).toBeNull()
})
