// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { strings } from '../../lib/strings'
import { makeItem } from '../../test-items'
import { ExportMenu } from './export-menu'
import type { Exportable } from './export-scope'

const ROWS = [makeItem()]
const CONTACTS = { name: 'contacts', label: 'Contacts', readable: true, total: 1, properties: [] }
const LOAD = { rowsOf: () => ({ items: ROWS, count: 1 }), state: { receipt: null } }
const ACCOUNT = { descriptor: { columns: {} }, name: 'Northwind', fileName: 'x', tabs: [CONTACTS], load: LOAD }
const VIEW = { rows: ROWS, chosen: { rows: [], hidden: 0 }, columns: [], loaded: 1, total: 1, narrowed: false }
const OF = { account: ACCOUNT, tab: CONTACTS, ...VIEW, lacking: false } as unknown as Exportable

const written = vi.fn(() => 'blob:file')

beforeEach(() => {
  written.mockClear()
  Object.assign(URL, { createObjectURL: written, revokeObjectURL: vi.fn() })
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
})
afterEach(cleanup)

function Menu() {
  const [open, setOpen] = useState(true)
  return <ExportMenu {...OF} able open={open} setOpen={setOpen} />
}

test('a file that is being written is finished after the menu was closed, and its end is shown there', async () => {
  render(<Menu />)
  fireEvent.click(await screen.findByRole('button', { name: /^CSV/ }))
  fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' })

  await waitFor(() => {
    expect(written).toHaveBeenCalledOnce()
  })
  expect(screen.queryByRole('dialog')).toBeNull()

  fireEvent.click(screen.getByRole('button', { name: strings.exporting.button }))
  expect(await screen.findByText(/1 row written/)).toBeDefined()
})

test('a file that is being written is finished although its menu goes, as with the choice of rows', async () => {
  const { unmount } = render(<Menu />)
  fireEvent.click(await screen.findByRole('button', { name: /^CSV/ }))

  unmount()

  await waitFor(() => {
    expect(written).toHaveBeenCalledOnce()
  })
})
