// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection, Item } from '../../api/types'
import { strings } from '../../lib/strings'
import { makeItem } from '../../test-items'
import type { IntegrationDescriptor } from '../descriptor'
import type { AccountLoad } from '../load/account-load'
import type { TypeTab } from './object-types'
import { OpenedRecord } from './opened-record'
import type { Records } from './use-records'

const DESCRIPTOR = { id: 'hubspot', label: 'HubSpot', columns: {} } as unknown as IntegrationDescriptor
const CONNECTION = { connection_id: 'c1', status: 'connected' } as Connection
const CONTACTS = { name: 'contacts', itemType: 'Contact', typeId: null, properties: [] } as unknown as TypeTab

/** What the vendor has now: more properties than a load reads. */
let phone = ''

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }))
  vi.stubGlobal('fetch', () =>
    Promise.resolve(Response.json({ item: makeItem({ properties: { phone, fax: `fax of ${phone}` } }) })),
  )
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

function loaded(at: string): Item {
  return makeItem({ last_modified_time: at, properties: { phone } })
}

function loadOf(item: Item): AccountLoad {
  return { find: () => item, seen: { find: () => null } } as unknown as AccountLoad
}

test('all properties of a record are read again when a change of it is shown', async () => {
  const cache = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } })
  const shown = (item: Item) => (
    <QueryClientProvider client={cache}>
      <OpenedRecord
        id="1_Contact"
        descriptor={DESCRIPTOR}
        connection={CONNECTION}
        records={{} as Records}
        load={loadOf(item)}
        rows={[item]}
        tab={CONTACTS}
        tabs={[CONTACTS]}
        byKeyboard={false}
        onOpenItem={vi.fn()}
        onLoad={vi.fn()}
        onClose={vi.fn()}
      />
    </QueryClientProvider>
  )
  phone = 'old'
  const { rerender } = render(shown(loaded('2026-11-30T10:00:00Z')))
  fireEvent.click(screen.getByRole('button', { name: strings.detail.loadAll }))
  await screen.findAllByText('fax of old')

  phone = 'new'
  rerender(shown(loaded('2026-11-30T11:00:00Z')))

  await screen.findAllByText('fax of new')
  expect(screen.queryByText('old')).toBeNull()
})
