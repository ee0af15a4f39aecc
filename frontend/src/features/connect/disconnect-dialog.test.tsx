// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, renderHook, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Connection } from '../../api/types'
import { strings } from '../../lib/strings'
import { makeItem } from '../../test-items'
import { PATIENTLY } from '../../test-waits'
import { useLoad } from '../load/use-load'
import { DisconnectDialog } from './disconnect-dialog'

vi.mock('../export/file-parts', () => ({ partsOf: () => Promise.reject(new Error('no memory')) }))

const NORTHWIND = {
  connection_id: 'northwind',
  portal_id: '1',
  portal_name: 'Northwind',
  status: 'connected',
} as Connection

afterEach(cleanup)

test('an export before a disconnect that fails says so', async () => {
  const { current: load } = renderHook(() => useLoad('hubspot', NORTHWIND.connection_id)).result
  await vi.waitUntil(() => load.state.phase !== 'restoring', PATIENTLY)
  act(() => {
    load.apply([{ id: '1_Contact', item: makeItem() }], null)
  })
  render(<DisconnectDialog provider="hubspot" afterDisconnect="" connection={NORTHWIND} open onOpenChange={vi.fn()} />)

  fireEvent.click(await screen.findByRole('button', { name: strings.connection.exportFirst(1) }))

  expect((await screen.findByRole('alert')).textContent).toContain(strings.exporting.failed)
})
