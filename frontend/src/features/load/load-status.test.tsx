// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { strings } from '../../lib/strings'
import type { AccountLoad } from './account-load'
import { NOTHING_LOADED, type LoadState } from './load-state'
import { LoadStatus } from './load-status'

const words = strings.load

afterEach(cleanup)

function title(state: Partial<LoadState>): HTMLElement {
  const load = { state: { ...NOTHING_LOADED, ...state }, samples: [] } as unknown as AccountLoad
  render(<LoadStatus load={load} tabs={[]} vendor="HubSpot" />)
  return screen.getByRole('status')
}

test('a count that goes up several times a second is not read out', () => {
  const types = { contacts: { total: 9, done: 3 } }

  expect(title({ phase: 'running', types }).getAttribute('aria-live')).toBe('off')
})

test.each([
  [null, words.restarts],
  ['p1', words.canResume],
])('a load that failed with its place at %j says whether it can be resumed', (resume, outlook) => {
  const types = { contacts: { total: 9, done: 3 } }
  const load = { state: { ...NOTHING_LOADED, phase: 'failed', types, resume }, samples: [] } as unknown as AccountLoad
  render(<LoadStatus load={load} tabs={[]} vendor="HubSpot" />)

  expect(screen.getByRole('alert').textContent).toBe(words.failed)
  expect(screen.getByText(outlook)).toBeDefined()
})

test('how a load ended is read out', () => {
  expect(title({ phase: 'stopped' }).getAttribute('aria-live')).toBeNull()
})
