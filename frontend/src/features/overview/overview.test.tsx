// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Item, LoadReceipt } from '../../api/types'
import { makeItem } from '../../test-items'
import type { IntegrationDescriptor } from '../descriptor'
import type { TypeTab } from '../items/object-types'
import { AccountLoad } from '../load/account-load'
import { FakeStream } from '../load/fake-stream'
import { Overview } from './overview'

const DESCRIPTOR = {
  columns: {},
  charts: [],
  created: [],
  figures: [{ type: 'contacts', header: 'New', recent: { days: 30, time: (item: Item) => item.creation_time } }],
} as unknown as IntegrationDescriptor
const CONTACTS = { name: 'contacts', label: 'Contacts', readable: true, total: 1 } as TypeTab
const RECEIPT = { complete: true, object_types: {}, resume: null } as unknown as LoadReceipt

afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

function created(id: string) {
  return makeItem({ id, creation_time: new Date().toISOString() })
}

function newContacts(): string | null | undefined {
  return screen.getByText('New').parentElement?.querySelector('dd')?.textContent
}

test('a record that comes while the overview is open is among the new ones', async () => {
  vi.useFakeTimers({ now: new Date('2026-11-30T12:00:00Z') })
  const stream = new FakeStream()
  const load = new AccountLoad(stream.open)
  void load.start(['contacts'])
  await stream.send({ item: created('1_Contact') }, { receipt: RECEIPT })
  const overview = () => (
    <Overview descriptor={DESCRIPTOR} tabs={[CONTACTS]} load={load} counting={false} onLoad={() => undefined} />
  )
  const { rerender } = render(overview())
  expect(newContacts()).toBe('1')

  vi.setSystemTime('2026-11-30T12:05:00Z')
  act(() => {
    load.apply([{ id: '2_Contact', item: created('2_Contact') }], null)
  })
  rerender(overview())

  expect(newContacts()).toBe('2')
})
