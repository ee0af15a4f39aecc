// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { LoadLine } from '../../api/load'
import type { LoadReceipt } from '../../api/types'
import { makeItem } from '../../test-items'
import { AccountLoad } from './account-load'
import { checkpoint, FakeStream } from './fake-stream'
import type { LoadStore, SavedLoad } from './saved-load'

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

function item(id: string): LoadLine {
  return { item: makeItem({ id, name: id }) }
}

function shown(load: AccountLoad): string[] {
  const { items, count } = load.rowsOf('contacts')
  return items.slice(0, count).map((row) => row.name)
}

/** In place of the browser's database. */
class FakeLoadStore implements LoadStore {
  saved: SavedLoad | null = null

  readonly save = (part: SavedLoad) => {
    this.saved = { ...part, items: [...(this.saved?.items ?? []), ...part.items] }
    return Promise.resolve()
  }
  readonly pause = () => {
    if (this.saved) this.saved = { ...this.saved, running: false }
    return Promise.resolve()
  }
  readonly restore = () => Promise.resolve(this.saved)
  readonly forget = () => {
    this.saved = null
    return Promise.resolve()
  }
}

describe('after a reload of the page', () => {
  let stream: FakeStream

  beforeEach(() => {
    vi.useFakeTimers()
    stream = new FakeStream()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('resumes from the last checkpoint, with the rows up to it', async () => {
    const store = new FakeLoadStore()
    const before = new AccountLoad(stream.open, store)
    void before.start(TYPES)
    await stream.send(PLAN, item('1_Contact'), checkpoint('p1'), item('2_Contact'))

    stream = new FakeStream()
    const after = new AccountLoad(stream.open, store)
    expect(after.state.phase).toBe('restoring')
    void after.restore()
    await vi.advanceTimersByTimeAsync(0)
    await stream.send(PLAN, item('2_Contact'), item('3_Contact'), END)

    expect(stream.calls.at(-1)).toEqual({ types: ['contacts', 'deals'], after: 'p1' })
    expect(shown(after)).toEqual(['1_Contact', '2_Contact', '3_Contact'])
    expect(after.state).toMatchObject({ phase: 'done', types: { contacts: { done: 3 } } })
  })

  test('a stopped load stays stopped, with its rows and resume cursor', async () => {
    const store = new FakeLoadStore()
    const before = new AccountLoad(stream.open, store)
    void before.start(TYPES)
    await stream.send(PLAN, item('1_Contact'), checkpoint('p1'))
    before.stop()

    stream = new FakeStream()
    const after = new AccountLoad(stream.open, store)
    await after.restore()

    expect(stream.calls).toEqual([])
    expect(after.state).toMatchObject({ phase: 'stopped', resume: 'p1' })
    expect(shown(after)).toEqual(['1_Contact'])
  })

  test('without a saved load it is idle', async () => {
    const fresh = new AccountLoad(stream.open, new FakeLoadStore())

    await fresh.restore()

    expect(fresh.state.phase).toBe('idle')
    expect(stream.calls).toEqual([])
  })

  test('a completed load is no longer saved', async () => {
    const store = new FakeLoadStore()
    const load = new AccountLoad(stream.open, store)
    void load.start(TYPES)
    await stream.send(PLAN, item('1_Contact'), checkpoint('p1'))
    expect(store.saved?.items).toHaveLength(1)

    await stream.send(END)

    expect(store.saved).toBeNull()
  })
})
