// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection, Integration, ObjectType } from '../../api/types'
import { strings } from '../../lib/strings'
import { PATIENTLY } from '../../test-waits'
import type { IntegrationDescriptor } from '../descriptor'
import { ItemsView } from './items-view'

const CONTACTS = { name: 'contacts', label: 'Contacts', item_type: 'Contact', default: true }
const INTEGRATION = { id: 'hubspot', object_types: [CONTACTS], connections: [] } as unknown as Integration
const CONNECTION = { connection_id: 'c1', portal_id: '1', status: 'connected', sync: false } as Connection
const DESCRIPTOR = { id: 'hubspot', label: 'HubSpot', columns: {} } as unknown as IntegrationDescriptor
const OFFERED = {
  ...CONTACTS,
  readable: true,
  total: 9_000,
  properties: [],
  pipelines: [],
  search: null,
  missing_scopes: [],
}

let asked: string[] = []
let offer: (types: readonly Partial<ObjectType>[]) => void = () => undefined

beforeEach(() => {
  asked = []
  window.sessionStorage.clear()
  Element.prototype.scrollIntoView = vi.fn()
  window.history.replaceState(null, '', '/?portal=1&type=machine&where=amount:gte:5&item=7_Machine')
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }))
  const answer = new Promise<readonly Partial<ObjectType>[]>((resolve) => {
    offer = resolve
  })
  vi.stubGlobal('fetch', async ({ url }: Request) => {
    asked.push(url)
    if (!url.includes('/object-types')) return new Promise(() => undefined)
    return Response.json({ object_types: await answer, warnings: [] })
  })
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ItemsView integration={INTEGRATION} descriptor={DESCRIPTOR} connection={CONNECTION} onConnect={vi.fn()} />
    </QueryClientProvider>,
  )
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  window.history.replaceState(null, '', '/')
})

const rememberedTables = () => Object.keys(window.sessionStorage).filter((key) => key.includes('c1:contacts'))

test('a link to a custom object does not open another type until the account has said which there are', async () => {
  await vi.waitUntil(() => asked.length > 0, PATIENTLY)
  expect(asked.filter((url) => url.includes('object_types=contacts'))).toEqual([])
  expect(asked.filter((url) => url.includes('/items/7_Machine'))).toHaveLength(1)
  expect(rememberedTables()).toEqual([])

  offer([OFFERED, { ...OFFERED, name: 'machine', label: 'Machines' }])

  expect((await screen.findByRole('tab', { selected: true })).textContent).toContain('Machines')
})

test('a type that is no longer there is named as such, and its filters are applied to no other', async () => {
  offer([OFFERED])

  expect(await screen.findByText(strings.items.unknownTitle)).toBeDefined()
  expect(screen.queryByRole('tab', { selected: true })).toBeNull()
  expect(rememberedTables()).toEqual([])
})
