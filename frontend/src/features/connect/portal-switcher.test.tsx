// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Connection } from '../../api/types'
import { strings } from '../../lib/strings'
import { PortalSwitcher } from './portal-switcher'

vi.mock('./portal-menu', () => {
  throw new Error('the file of an earlier version is gone')
})
afterEach(cleanup)

test('a menu of accounts whose code does not load leaves the page alone', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const connections = ['1', '2'].map((id) => ({ connection_id: id, portal_id: id }) as Connection)
  const [current = connections[0]] = connections
  render(<PortalSwitcher connections={connections} current={current as Connection} icon={null} onSwitch={vi.fn()} />)

  expect(await screen.findByRole('button', { name: strings.crash.reload })).toBeDefined()
})
