// @vitest-environment jsdom
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { LoadLine } from '../../api/load'
import type { LoadReceipt } from '../../api/types'
import { makeItem } from '../../test-items'
import { AccountLoad } from './account-load'
import { FakeStream } from './fake-stream'

const RECEIPT: LoadReceipt = {
  complete: true,
  object_types: {},
  requests: 2,
  retries: 0,
  duration_s: 1,
  watermark: null,
  resume: null,
}
const CONTACTS = { complete: false, total: 1, delivered: 1, requests: 1, retries: 0, skipped: [] }

function line(id: string, object_type: string): LoadLine {
  return { item: makeItem({ id, name: id, object_type }) }
}

function names(load: AccountLoad, type: string): string[] {
  const { items, count } = load.rowsOf(type)
  return items.slice(0, count).map((item) => item.name)
}

async function loaded(stream: FakeStream): Promise<AccountLoad> {
  vi.useFakeTimers()
  const load = new AccountLoad(stream.open)
  void load.start(['contacts', 'deals'])
  await stream.send(line('1_Contact', 'contacts'), line('9_Deal', 'deals'), { receipt: RECEIPT })
  return load
}

afterEach(() => {
  vi.useRealTimers()
})

test('reloading one type replaces its rows and leaves the others', async () => {
  const stream = new FakeStream()
  const load = await loaded(stream)

  const done = load.reload('contacts', new AbortController().signal)
  await stream.send(line('2_Contact', 'contacts'), { receipt: RECEIPT })
  await done

  expect(stream.calls.at(-1)?.types).toEqual(['contacts'])
  expect(names(load, 'contacts')).toEqual(['2_Contact'])
  expect(names(load, 'deals')).toEqual(['9_Deal'])
  expect(load.find('1_Contact')).toBeUndefined()
})

test('an incomplete reload keeps the rows and fails', async () => {
  const stream = new FakeStream()
  const load = await loaded(stream)

  const done = load.reload('contacts', new AbortController().signal)
  const failed = expect(done).rejects.toMatchObject({ problem: { code: 'incomplete' } })
  const receipt = { ...RECEIPT, complete: false, object_types: { contacts: CONTACTS } } as unknown as LoadReceipt
  await stream.send({ receipt })
  await failed

  expect(names(load, 'contacts')).toEqual(['1_Contact'])
})

test('the rows of a load that is done are all there are, also while everything is loaded again', async () => {
  const stream = new FakeStream()
  const load = await loaded(stream)
  expect(load.rowsOf('contacts').whole).toBe(true)

  void load.start(['contacts', 'deals'])

  expect(names(load, 'contacts')).toEqual(['1_Contact'])
  expect(load.rowsOf('contacts').whole).toBe(true)
})

test('the rows of a load that was stopped are a part, also while everything is loaded again', async () => {
  vi.useFakeTimers()
  const stream = new FakeStream()
  const load = new AccountLoad(stream.open)
  void load.start(['contacts'])
  await stream.send(line('1_Contact', 'contacts'))
  load.stop()
  expect(load.rowsOf('contacts').whole).toBe(false)

  void load.start(['contacts'])

  expect(names(load, 'contacts')).toEqual(['1_Contact'])
  expect(load.rowsOf('contacts').whole).toBe(false)
})

describe('a load that ended early', () => {
  const FULL = { ...CONTACTS, complete: true }
  const early: LoadReceipt = {
    ...RECEIPT,
    complete: false,
    resume: 'p1',
    object_types: { contacts: FULL, deals: { ...CONTACTS, total: 900 } } as unknown as LoadReceipt['object_types'],
  }

  test('has all records of the types that it finished, and a part of the others', async () => {
    vi.useFakeTimers()
    const stream = new FakeStream()
    const load = new AccountLoad(stream.open)
    void load.start(['contacts', 'deals'])

    await stream.send(line('1_Contact', 'contacts'), line('9_Deal', 'deals'), { receipt: early }, { error: {} })

    expect(load.rowsOf('contacts').whole).toBe(true)
    expect(load.rowsOf('deals').whole).toBe(false)
    void load.resume()
    expect(load.rowsOf('deals').whole).toBe(false)
    await stream.send(line('8_Deal', 'deals'), { receipt: RECEIPT })
    expect(load.rowsOf('deals').whole).toBe(true)
  })

  test('leaves the rows of the load before it until it is resumed and done', async () => {
    const stream = new FakeStream()
    const load = await loaded(stream)

    void load.start(['contacts', 'deals'])
    await stream.send(line('2_Contact', 'contacts'), { receipt: early }, { error: {} })

    expect(names(load, 'deals')).toEqual(['9_Deal'])
    void load.resume()
    await stream.send({ receipt: RECEIPT })
    expect(names(load, 'deals')).toEqual([])
  })
})
