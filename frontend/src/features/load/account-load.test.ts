// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { LoadLine } from '../../api/load'
import type { LoadReceipt } from '../../api/types'
import type { Item } from '../../api/types'
import { AccountLoad } from './account-load'
import { checkpoint, FakeStream } from './fake-stream'

const TYPES = ['contacts', 'deals']
const RECEIPT: LoadReceipt = {
  complete: true,
  object_types: {},
  requests: 2,
  retries: 0,
  duration_s: 1,
  watermark: null,
  resume: null,
}
const PLAN: LoadLine = { plan: { object_types: { contacts: { total: 2 } }, requests: 2, seconds: 1 } }
const END: LoadLine = { receipt: RECEIPT }

function item(id: string, name = id): LoadLine {
  const isDeal = id.endsWith('_Deal')
  return { item: { id, name, type: isDeal ? 'Deal' : 'Contact', object_type: isDeal ? 'deals' : 'contacts' } as Item }
}

function shown(load: AccountLoad, type = 'contacts'): string[] {
  const { items, count } = load.rowsOf(type)
  return items.slice(0, count).map((row) => row.name)
}

describe('AccountLoad', () => {
  let stream: FakeStream
  let load: AccountLoad

  beforeEach(() => {
    vi.useFakeTimers()
    stream = new FakeStream()
    load = new AccountLoad(stream.open)
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('asks for every type and sorts what arrives by it', async () => {
    void load.start(TYPES)
    await stream.send(PLAN, item('1_Contact'), item('9_Deal'), item('2_Contact'), END)

    expect(stream.calls).toEqual([{ types: ['contacts', 'deals'], after: null }])
    expect(shown(load)).toEqual(['1_Contact', '2_Contact'])
    expect(shown(load, 'deals')).toEqual(['9_Deal'])
    expect(load.find('9_Deal')?.type).toBe('Deal')
    expect(load.state).toMatchObject({ phase: 'done', types: { contacts: { done: 2, total: 2 }, deals: { done: 1 } } })
  })

  test('listeners hear of rows a few times a second, not of each', async () => {
    void load.start(TYPES)
    await stream.send(PLAN)
    const listener = vi.fn()
    load.subscribe(listener)

    for (let id = 0; id < 50; id++) await stream.send(item(`${String(id)}_Contact`))
    expect(listener).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(250)

    expect(listener).toHaveBeenCalledTimes(1)
    expect(load.state.types['contacts']?.done).toBe(50)
  })

  test('stopping ends the request at once and keeps the rows', async () => {
    void load.start(TYPES)
    await stream.send(PLAN, item('1_Contact'), checkpoint('p1'))

    load.stop()
    await stream.send(item('2_Contact'), END)

    expect(stream.signal?.aborted).toBe(true)
    expect(load.state.phase).toBe('stopped')
    expect(shown(load)).toEqual(['1_Contact'])
  })

  test('resuming starts at the last checkpoint, and a repeated record counts once', async () => {
    void load.start(TYPES)
    await stream.send(PLAN, item('1_Contact'), checkpoint('p1'), item('2_Contact'))
    load.stop()

    void load.resume()
    await stream.send(PLAN, item('2_Contact'), item('3_Contact'), END)

    expect(stream.calls.at(-1)?.after).toBe('p1')
    expect(shown(load)).toEqual(['1_Contact', '2_Contact', '3_Contact'])
    expect(load.state.types['contacts']?.done).toBe(3)
  })

  test('without a resume cursor nothing is resumed', async () => {
    void load.start(TYPES)
    await stream.send(PLAN)
    load.stop()

    await load.resume()

    expect(stream.calls).toHaveLength(1)
  })

  test('a new load shows the old rows until it has as many', async () => {
    void load.start(TYPES)
    await stream.send(PLAN, item('1_Contact', 'old 1'), item('2_Contact', 'old 2'), END)

    void load.start(TYPES)
    await stream.send(PLAN, item('1_Contact', 'new 1'))
    expect(shown(load)).toEqual(['old 1', 'old 2'])
    expect(load.find('2_Contact')?.name).toBe('old 2')
    await stream.send(item('2_Contact', 'new 2'))

    expect(shown(load)).toEqual(['new 1', 'new 2'])
  })

  test('what is gone from the account is gone when the new load is done', async () => {
    void load.start(TYPES)
    await stream.send(PLAN, item('1_Contact'), item('2_Contact'), END)

    void load.start(TYPES)
    await stream.send(PLAN, item('1_Contact'), END)

    expect(shown(load)).toEqual(['1_Contact'])
    expect(load.find('2_Contact')).toBeUndefined()
  })

  test('a stream that ends without a receipt has failed', async () => {
    void load.start(TYPES)
    await stream.send(PLAN, item('1_Contact'))

    await stream.end()

    expect(load.state).toMatchObject({ phase: 'failed', problem: { code: 'stream_interrupted' } })
  })

  test('an error line carries the service’s own words', async () => {
    const error = { status: 429, code: 'upstream_quota_exhausted', detail: 'Used up until midnight.', action: 'wait' }
    void load.start(TYPES)

    await stream.send(PLAN, { error })

    expect(load.state).toMatchObject({ phase: 'failed', problem: { status: 429, detail: 'Used up until midnight.' } })
  })

  test('a broken connection keeps the loaded rows', async () => {
    void load.start(TYPES)
    await stream.send(PLAN, item('1_Contact'))

    await stream.fail(new TypeError('network error'))

    expect(load.state.phase).toBe('failed')
    expect(shown(load)).toEqual(['1_Contact'])
  })

  test('lines of an earlier run are ignored', async () => {
    void load.start(TYPES)
    await stream.send(PLAN, item('1_Contact'))

    void load.start(TYPES)
    await stream.send(PLAN, END)

    expect(load.state.phase).toBe('done')
    expect(shown(load)).toEqual([])
  })

  test('changes of the feed are applied in place, and what they changed is marked for a moment', async () => {
    const first = load.start(TYPES, true)
    await stream.send(PLAN, item('1_Contact', 'Ada'), item('2_Contact', 'Bob'), END)
    await stream.end()
    await first
    const known = load.rowsOf('contacts').items

    load.apply([change('1_Contact', 'Ada L.'), { id: '2_Contact', item: null }, change('3_Contact', 'Cid')], AS_OF)

    expect(shown(load)).toEqual(['Ada L.', 'Cid'])
    expect(load.rowsOf('contacts').items).not.toBe(known)
    expect(load.state.types['contacts']).toEqual({ total: 2, done: 2 })
    expect(load.state.plan?.as_of).toBe(AS_OF)
    expect([...load.seen.marked].map(([id, before]) => [id, before?.name])).toEqual([
      ['1_Contact', 'Ada'],
      ['2_Contact', 'Bob'],
      ['3_Contact', undefined],
    ])
    expect(load.seen.find('1_Contact')?.item.name).toBe('Ada')
    await vi.advanceTimersByTimeAsync(3_000)
    expect(load.seen.marked.size).toBe(0)
  })
})

const AS_OF = '2026-11-28T12:00:00Z'

function change(id: string, name: string): { id: string; item: Item } {
  return { id, item: (item(id, name) as { item: Item }).item }
}
