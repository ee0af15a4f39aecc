// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { LoadLine } from '../../api/load'
import type { LoadReceipt } from '../../api/types'
import { makeItem } from '../../test-items'
import { AccountLoad } from './account-load'
import { checkpoint, FakeStream } from './fake-stream'
import type { Keeper, KeptPart } from './kept-load'

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

/** What a browser's database would keep. */
class FakeKeeper implements Keeper {
  kept: KeptPart | null = null

  readonly save = (part: KeptPart) => {
    this.kept = { ...part, items: [...(this.kept?.items ?? []), ...part.items] }
    return Promise.resolve()
  }
  readonly rest = () => {
    if (this.kept) this.kept = { ...this.kept, going: false }
    return Promise.resolve()
  }
  readonly restore = () => Promise.resolve(this.kept)
  readonly forget = () => {
    this.kept = null
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

  test('goes on from the last place, with the rows up to it', async () => {
    const keeper = new FakeKeeper()
    const before = new AccountLoad(stream.open, keeper)
    void before.start(TYPES)
    await stream.send(PLAN, item('1_Contact'), checkpoint('p1'), item('2_Contact'))

    stream = new FakeStream()
    const after = new AccountLoad(stream.open, keeper)
    expect(after.state.phase).toBe('restoring')
    void after.restore()
    await vi.advanceTimersByTimeAsync(0)
    await stream.send(PLAN, item('2_Contact'), item('3_Contact'), END)

    expect(stream.calls.at(-1)).toEqual({ types: ['contacts', 'deals'], after: 'p1' })
    expect(shown(after)).toEqual(['1_Contact', '2_Contact', '3_Contact'])
    expect(after.state).toMatchObject({ phase: 'done', types: { contacts: { done: 3 } } })
  })

  test('a load that was stopped stays so, with its rows and the place to go on from', async () => {
    const keeper = new FakeKeeper()
    const before = new AccountLoad(stream.open, keeper)
    void before.start(TYPES)
    await stream.send(PLAN, item('1_Contact'), checkpoint('p1'))
    before.stop()

    stream = new FakeStream()
    const after = new AccountLoad(stream.open, keeper)
    await after.restore()

    expect(stream.calls).toEqual([])
    expect(after.state).toMatchObject({ phase: 'stopped', resume: 'p1' })
    expect(shown(after)).toEqual(['1_Contact'])
  })

  test('with nothing kept there is nothing to go on with', async () => {
    const fresh = new AccountLoad(stream.open, new FakeKeeper())

    await fresh.restore()

    expect(fresh.state.phase).toBe('idle')
    expect(stream.calls).toEqual([])
  })

  test('a load that is done, or begun anew, keeps nothing', async () => {
    const keeper = new FakeKeeper()
    const one = new AccountLoad(stream.open, keeper)
    void one.start(TYPES)
    await stream.send(PLAN, item('1_Contact'), checkpoint('p1'))
    expect(keeper.kept?.items).toHaveLength(1)

    await stream.send(END)

    expect(keeper.kept).toBeNull()
  })
})
