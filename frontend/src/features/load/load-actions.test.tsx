// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { strings } from '../../lib/strings'
import type { AccountLoad } from './account-load'
import { LoadActions } from './load-actions'
import { NOTHING_LOADED, type LoadState } from './load-state'

const words = strings.load

afterEach(cleanup)

function offered(state: Partial<LoadState>) {
  const [resume, start] = [vi.fn(() => Promise.resolve()), vi.fn()]
  const load = { state: { ...NOTHING_LOADED, ...state }, resume } as unknown as AccountLoad
  render(<LoadActions load={load} onStart={start} />)
  for (const button of screen.getAllByRole('button')) fireEvent.click(button)
  return { names: screen.getAllByRole('button').map((button) => button.textContent), resume, start }
}

test('a load that failed at its beginning is started again by one click', () => {
  const { names, start } = offered({ phase: 'failed', resume: null })

  expect(names).toEqual([words.again])
  expect(start).toHaveBeenCalledOnce()
})

test('a load that failed later can be resumed, or started again', () => {
  const { names, resume, start } = offered({ phase: 'failed', resume: 'p1' })

  expect(names).toEqual([words.resume, words.again])
  expect(resume).toHaveBeenCalledOnce()
  expect(start).toHaveBeenCalledOnce()
})
