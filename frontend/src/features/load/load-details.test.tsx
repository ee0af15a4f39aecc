// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { strings } from '../../lib/strings'
import type { AccountLoad } from './account-load'
import { LoadDetails } from './load-details'
import { NOTHING_LOADED } from './load-state'

afterEach(cleanup)

test('how far a type is has a bar only where the vendor says how many records there are', async () => {
  const types = { deals: { total: 40, done: 10 }, pages: { total: null, done: 10 } }
  const load = { state: { ...NOTHING_LOADED, phase: 'running', types } } as unknown as AccountLoad
  render(<LoadDetails load={load} tabs={[]} />)

  fireEvent.click(screen.getByRole('button', { name: strings.load.details }))

  const bars = await screen.findAllByRole('progressbar')
  expect(bars.map((bar) => bar.getAttribute('aria-label'))).toEqual([strings.load.progressOf('deals')])
})
