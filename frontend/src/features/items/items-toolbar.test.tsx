// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Account } from '../export/account-tables'
import { ItemsToolbar } from './items-toolbar'
import type { TypeTab } from './object-types'
import type { ChosenRows } from './use-chosen-rows'
import type { Records } from './use-records'

const CONTACTS = { name: 'contacts', label: 'Contacts', total: 9, search: null, properties: [] } as unknown as TypeTab
const CHOSEN = { ids: new Set(), rows: [], hidden: 0, actions: {} } as unknown as ChosenRows
const ACCOUNT = { descriptor: {}, tabs: [], load: { rowsOf: vi.fn() } } as unknown as Account

afterEach(cleanup)

function summary(own: Partial<Records>): Element | null {
  const shown = { from: 'load', items: [], count: 3, readAt: 0, warnings: [], more: null, ...own }
  const records = { ...shown, here: shown } as unknown as Records
  const { container } = render(
    <QueryClientProvider client={new QueryClient()}>
      <ItemsToolbar
        tab={CONTACTS}
        vendor="HubSpot"
        records={records}
        rows={[]}
        filtered={false}
        chosen={CHOSEN}
        columns={{ all: [], usual: [], chosen: [] }}
        onResetColumns={null}
        extra={{ loading: false, problem: null }}
        onLoadAll={vi.fn()}
        account={ACCOUNT}
      >
        {null}
      </ItemsToolbar>
    </QueryClientProvider>,
  )
  return container.querySelector('.toolbar-summary')
}

test('the number of records is not read out while a load makes it go up', () => {
  expect(summary({ reloading: true })?.getAttribute('aria-live')).toBe('off')
})

test('how many records match is read out', () => {
  expect(summary({ reloading: false })?.getAttribute('aria-live')).toBeNull()
})
