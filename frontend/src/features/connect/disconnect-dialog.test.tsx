// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Connection } from '../../api/types'
import { strings } from '../../lib/strings'
import { makeItem } from '../../test-items'
import type { AccountLoad } from '../load/account-load'
import { DisconnectDialog } from './disconnect-dialog'

vi.mock('../load/use-load', () => ({
  useLoad: () => ({ all: () => [makeItem()], state: { receipt: null } }) as unknown as AccountLoad,
}))
vi.mock('../export/file-parts', () => ({ partsOf: () => Promise.reject(new Error('no memory')) }))

const NORTHWIND = { connection_id: 'c1', portal_id: '1', portal_name: 'Northwind', status: 'connected' } as Connection

afterEach(cleanup)

test('an export before a disconnect that fails says so', async () => {
  render(<DisconnectDialog provider="hubspot" afterDisconnect="" connection={NORTHWIND} open onOpenChange={vi.fn()} />)

  fireEvent.click(await screen.findByRole('button', { name: strings.connection.exportFirst(1) }))

  expect((await screen.findByRole('alert')).textContent).toContain(strings.exporting.failed)
})
