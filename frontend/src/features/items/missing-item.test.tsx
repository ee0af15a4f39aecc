// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { parseProblem } from '../../lib/problem'
import { strings } from '../../lib/strings'
import type { AccountLoad } from '../load/account-load'
import { MissingItem } from './missing-item'
import type { Records } from './use-records'

afterEach(cleanup)

function show(status: number, phase: 'idle' | 'done') {
  const onRetry = vi.fn()
  render(
    <MissingItem
      coming={false}
      problem={parseProblem(status, { code: 'x', title: 'The title', detail: 'The reason.', action: 'wait' })}
      onRetry={onRetry}
      records={{ pending: false } as Records}
      load={{ state: { phase, resume: null } } as AccountLoad}
      vendor="HubSpot"
      url={null}
      onLoad={vi.fn()}
    />,
  )
  return onRetry
}

test.each([401, 403, 429, 503])('a record that could not be read (%i) is not called missing', (status) => {
  const onRetry = show(status, 'done')

  expect(screen.queryByText(strings.detail.absentTitle)).toBeNull()
  expect(screen.getByRole('alert').textContent).toContain(status === 401 ? strings.problem.signedOut : 'The reason.')
  fireEvent.click(screen.getByRole('button', { name: strings.action.retry }))
  expect(onRetry).toHaveBeenCalledOnce()
})

test('a record that does not exist is not to be loaded', () => {
  show(404, 'idle')

  expect(screen.getByText(strings.detail.absentTitle)).toBeDefined()
  expect(screen.queryByRole('button')).toBeNull()
})
