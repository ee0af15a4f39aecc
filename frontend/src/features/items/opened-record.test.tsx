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

const DESCRIPTOR = { id: 'hubspot', label: 'HubSpot', columns: {}, singles: true } as unknown as IntegrationDescriptor
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

function loadOf(item: Item | undefined): AccountLoad {
  const state = { phase: 'idle', resume: null }
  return { find: () => item, seen: { find: () => null }, state } as unknown as AccountLoad
}

function opened(item: Item | undefined, descriptor = DESCRIPTOR) {
  return (
    <OpenedRecord
      id="1_Contact"
      descriptor={descriptor}
      connection={CONNECTION}
      records={{} as Records}
      load={loadOf(item)}
      rows={item ? [item] : []}
      tab={CONTACTS}
      tabs={[CONTACTS]}
      byKeyboard={false}
      onOpenItem={vi.fn()}
      onLoad={vi.fn()}
      onClose={vi.fn()}
    />
  )
}

test('all properties of a record are read again when a change of it is shown', async () => {
  const cache = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } })
  const shown = (item: Item) => <QueryClientProvider client={cache}>{opened(item)}</QueryClientProvider>
  phone = 'old'
  const { rerender } = render(shown(loaded('2026-11-30T10:00:00Z')))
  fireEvent.click(screen.getByRole('button', { name: strings.detail.loadAll }))
  await screen.findAllByText('fax of old')

  phone = 'new'
  rerender(shown(loaded('2026-11-30T11:00:00Z')))

  await screen.findAllByText('fax of new')
  expect(screen.queryByText('old')).toBeNull()
})

test('a vendor that reads no single record is not asked for one', () => {
  const asked = vi.fn()
  vi.stubGlobal('fetch', asked)
  const without = { ...DESCRIPTOR, singles: false }
  const show = (item: Item | undefined) =>
    render(<QueryClientProvider client={new QueryClient()}>{opened(item, without)}</QueryClientProvider>)

  show(loaded('2026-11-30T10:00:00Z'))
  expect(screen.queryByRole('button', { name: strings.detail.loadAll })).toBeNull()
  cleanup()
  show(undefined)

  expect(screen.getByText(strings.detail.missingTitle)).toBeDefined()
  expect(asked).not.toHaveBeenCalled()
})
