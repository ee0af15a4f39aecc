// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { parseProblem } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { TypeRows } from './type-rows'

afterEach(cleanup)

function show(records: object, { onReconnect = vi.fn(), filtered = false } = {}): void {
  const arrangement = { columns: [], pinned: 0, widths: {} }
  const props = { records, rows: [], arrangement, filtered, extra: {}, onReconnect } as unknown
  render(<TypeRows {...(props as Parameters<typeof TypeRows>[0])} />)
}

test('who connects again because access is missing is asked for that access', () => {
  const problem = parseProblem(403, { code: 'scope_missing', action: 'reconnect', missing_scopes: ['tickets'] })
  const onReconnect = vi.fn()
  show({ problem, more: null, reload: vi.fn() }, { onReconnect })

  fireEvent.click(screen.getByRole('button', { name: strings.connect.reconnect }))

  expect(onReconnect).toHaveBeenCalledExactlyOnceWith(['tickets'])
})

test('an empty page that others follow is no end: they are read', () => {
  const load = vi.fn()
  show({ problem: null, count: 0, more: { load, loading: false, problem: null } })

  expect(load).toHaveBeenCalledOnce()
  expect(screen.queryByText(strings.items.noMatchTitle)).toBeNull()
})

test('only filters leave no row of the records: without them the rows are still being prepared', () => {
  const records = { problem: null, count: 2, more: null }
  show(records)
  expect(screen.queryByText(strings.items.noMatchTitle)).toBeNull()
  cleanup()

  show(records, { filtered: true })

  expect(screen.getByText(strings.items.noMatchTitle)).toBeDefined()
})
