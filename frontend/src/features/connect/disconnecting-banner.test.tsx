// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection } from '../../api/types'
import { strings } from '../../lib/strings'
import { DisconnectingBanner } from './disconnecting-banner'

const NORTHWIND = { connection_id: 'c1', portal_id: '1', portal_name: 'Northwind', status: 'connected' } as Connection

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

/** What a screen reader reads out of the message. */
function spoken(): string {
  const alert = screen.getByRole('alert').cloneNode(true) as HTMLElement
  for (const hidden of alert.querySelectorAll('[aria-hidden="true"]')) hidden.remove()
  return alert.querySelector('.banner-title')?.textContent ?? ''
}

test('the seconds before a disconnect are counted for the eye, and read out once', () => {
  const pending = { provider: 'hubspot', connection: NORTHWIND, endsAt: Date.now() + 10_000, due: false }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <DisconnectingBanner pending={pending} onGone={vi.fn()} />
    </QueryClientProvider>,
  )
  const first = strings.connection.disconnectSoon('Northwind', '10')
  expect(spoken()).toBe(first)

  act(() => {
    vi.advanceTimersByTime(3_000)
  })

  expect(spoken()).toBe(first)
  expect(screen.getByRole('alert').textContent).toContain(strings.connection.disconnectSoon('Northwind', '7'))
})
