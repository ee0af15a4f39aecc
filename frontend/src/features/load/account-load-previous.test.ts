// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
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
const TYPES = ['contacts', 'deals']

let stream: FakeStream
let load: AccountLoad

beforeEach(async () => {
  vi.useFakeTimers()
  stream = new FakeStream()
  load = new AccountLoad(stream.open)
  void load.start(TYPES)
  await stream.send(line('1_Contact'), line('2_Contact'), line('9_Deal'), { receipt: RECEIPT })
})
afterEach(() => {
  vi.useRealTimers()
})

function contact(id: string, name = id) {
  return makeItem({ id, name, object_type: id.endsWith('_Deal') ? 'deals' : 'contacts' })
}

function line(id: string, name = id): LoadLine {
  return { item: contact(id, name) }
}

function names(type: string): string[] {
  const { items, count } = load.rowsOf(type)
  return items.slice(0, count).map((item) => item.name)
}

test('reloading one type leaves the rows that other types still have of the load before', async () => {
  void load.start(TYPES)
  await stream.send(line('1_Contact'))
  load.stop()

  const done = load.reload('contacts', new AbortController().signal)
  await stream.send(line('3_Contact'), { receipt: RECEIPT })
  await done

  expect(names('contacts')).toEqual(['3_Contact'])
  expect(names('deals')).toEqual(['9_Deal'])
  expect(load.find('2_Contact')).toBeUndefined()
})

test('a load that is stopped and started again still shows the rows of the last whole one', async () => {
  void load.start(TYPES)
  await stream.send(line('1_Contact', 'new'))
  load.stop()

  void load.start(TYPES)

  expect(names('contacts')).toEqual(['1_Contact', '2_Contact'])
  expect(names('deals')).toEqual(['9_Deal'])
})

test('a reload does not undo what changed while it was under way', async () => {
  const done = load.reload('contacts', new AbortController().signal)
  await stream.send(line('1_Contact', 'old'), line('2_Contact'))
  load.apply(
    [
      { id: '1_Contact', item: contact('1_Contact', 'changed') },
      { id: '2_Contact', item: null },
      { id: '3_Contact', item: contact('3_Contact', 'new') },
    ],
    null,
  )
  await stream.send({ receipt: RECEIPT })
  await done

  expect(names('contacts')).toEqual(['changed', 'new'])
  expect(load.state.types['contacts']).toEqual({ total: 2, done: 2 })
})

test('a reload does not undo a load of everything that ended meanwhile', async () => {
  const older = new FakeStream()
  let opened = older
  load = new AccountLoad((...call) => opened.open(...call))
  const done = load.reload('contacts', new AbortController().signal)
  opened = stream
  void load.start(TYPES)
  await stream.send(line('1_Contact', 'newer'), { receipt: RECEIPT })

  await older.send(line('1_Contact', 'older'), line('2_Contact'), { receipt: RECEIPT })
  await done

  expect(names('contacts')).toEqual(['newer'])
})

test('a type that was loaded whole is shown as it is now, though the load ended early', async () => {
  const [whole, part] = [true, false].map((complete) => ({ complete, total: 1, delivered: 1, skipped: [] }))
  const receipt = { ...RECEIPT, complete: false, resume: 'p1', object_types: { contacts: whole, deals: part } }
  void load.start(TYPES)
  await stream.send(line('1_Contact', 'new'), { receipt: receipt as unknown as LoadReceipt })

  expect(names('contacts')).toEqual(['new'])
  expect(names('deals')).toEqual(['9_Deal'])
})

test('all records are those that are shown, also while everything is loaded again', async () => {
  void load.start(TYPES)
  await stream.send(line('1_Contact', 'new'), line('8_Deal', 'new deal'))

  expect(load.all().map((item) => item.name)).toEqual(['1_Contact', '2_Contact', 'new deal'])
})

describe('how old the shown rows are', () => {
  const age = (type: string) => {
    const { readAt, asOf } = load.rowsOf(type)
    return asOf ?? new Date(readAt).toISOString()
  }
  const apart = { object_types: {}, requests: 0, seconds: 0 }

  beforeEach(async () => {
    vi.setSystemTime('2026-11-30T10:00:00.000Z')
    void load.start(TYPES)
    await stream.send(line('1_Contact'), line('2_Contact'), line('9_Deal'), { receipt: RECEIPT })
    vi.setSystemTime('2026-11-30T11:00:00.000Z')
  })

  test('is that of their own load while everything is loaded again', async () => {
    void load.start(TYPES)
    await stream.send(line('1_Contact'))
    load.stop()

    expect(age('contacts')).toBe('2026-11-30T10:00:00.000Z')
  })

  test('is later for a type that was loaded again', async () => {
    const done = load.reload('contacts', new AbortController().signal)
    await stream.send(line('1_Contact'), { receipt: RECEIPT })
    await done

    expect(age('contacts')).toBe('2026-11-30T11:00:00.000Z')
    expect(age('deals')).toBe('2026-11-30T10:00:00.000Z')
  })

  test('is that of the store, until it is older than a reload', async () => {
    void load.start(TYPES, true)
    await stream.send({ plan: { ...apart, as_of: '2026-11-30T10:30:00.000Z' } }, line('1_Contact'), line('9_Deal'))
    await stream.send({ receipt: RECEIPT })
    expect(age('contacts')).toBe('2026-11-30T10:30:00.000Z')

    const done = load.reload('contacts', new AbortController().signal)
    await stream.send(line('1_Contact'), { receipt: RECEIPT })
    await done
    expect(age('contacts')).toBe('2026-11-30T11:00:00.000Z')
    expect(age('deals')).toBe('2026-11-30T10:30:00.000Z')
    load.apply([], '2026-11-30T11:30:00.000Z')

    expect(age('contacts')).toBe('2026-11-30T11:30:00.000Z')
  })
})
