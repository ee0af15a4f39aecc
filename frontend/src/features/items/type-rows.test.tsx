// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { parseProblem } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { TypeRows } from './type-rows'

afterEach(cleanup)

test('who connects again because access is missing is asked for that access', () => {
  const problem = parseProblem(403, { code: 'scope_missing', action: 'reconnect', missing_scopes: ['tickets'] })
  const onReconnect = vi.fn()
  const props = { records: { problem, more: null, reload: vi.fn() }, filtered: false, onReconnect }
  render(<TypeRows {...(props as unknown as Parameters<typeof TypeRows>[0])} />)

  fireEvent.click(screen.getByRole('button', { name: strings.connect.reconnect }))

  expect(onReconnect).toHaveBeenCalledExactlyOnceWith(['tickets'])
})
