// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import type { SyncView } from '../../api/sync'
import type { Fault } from './sync-fault'
import { SyncTypes } from './sync-types'

const NOTHING = () => undefined
const CONTACTS: SyncView['object_types'][string] = {
  ...{ state: 'paused', as_of: null, verified_at: null, progress: null, error: null },
  ...{ counts: { mirror: 1, vendor: 1 }, missed_signals: 0, parked: [], parked_count: 0 },
}

function fault(code: string): Fault {
  return { code, detail: `Because of ${code}.`, action: 'reconnect', at: '2026-11-29T12:00:00Z', missing_scopes: [] }
}

afterEach(cleanup)

test('what stops the whole sync is not repeated for each type, what stops one of them is named', () => {
  const types = {
    contacts: { ...CONTACTS, error: fault('reconnect_required') },
    deals: { ...CONTACTS, error: fault('upstream_error') },
  }

  render(
    <SyncTypes types={types} shared={fault('reconnect_required')} tabs={[]} onConnect={NOTHING} onRetry={NOTHING} />,
  )

  expect(screen.getByRole('row', { name: /^contacts/ }).textContent).not.toContain('Because')
  expect(screen.getByRole('row', { name: /^deals/ }).textContent).toContain('Because of upstream_error.')
  expect(screen.getAllByRole('button')).toHaveLength(1)
})
