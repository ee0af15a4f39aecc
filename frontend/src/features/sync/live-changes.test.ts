import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Change, FeedListener } from '../../api/changes'
import { parseProblem, ProblemError } from '../../lib/problem'
import { makeItem } from '../../test-items'
import { LiveChanges, type Feed } from './live-changes'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

class FakeFeed implements Feed {
  readonly opened: { after: string; listener: FeedListener; closed: boolean }[] = []
  refusal: string | null = null

  readonly follow = (after: string, listener: FeedListener) => {
    const stream = { after, listener, closed: false }
    this.opened.push(stream)
    return () => {
      stream.closed = true
    }
  }

  readonly check = (): Promise<void> =>
    this.refusal === null
      ? Promise.resolve()
      : Promise.reject(new ProblemError(parseProblem(410, { code: this.refusal, status: 410 })))

  get last() {
    const stream = this.opened.at(-1)
    if (!stream) throw new Error('nothing was opened')
    return stream
  }
}

function change(id: string, seq: string): Change {
  const item = makeItem({ id, name: `Version ${seq}` })
  return { id, seq, op: 'updated', object_type: 'contacts', reason: null, into: null, at: null, item }
}

test('the newest change of each record waits until it is shown', () => {
  const feed = new FakeFeed()
  const live = new LiveChanges(feed, 'c0')
  live.follow()

  feed.last.listener.onPage([change('1_Contact', '1'), change('2_Contact', '2')], 'c2', null)
  feed.last.listener.onPage([change('1_Contact', '3')], 'c3', '2026-11-28T12:00:00Z')

  expect([...live.state.pending.values()].map(({ id, seq }) => [id, seq])).toEqual([
    ['1_Contact', '3'],
    ['2_Contact', '2'],
  ])
  expect(live.state.asOf).toBe('2026-11-28T12:00:00Z')
  expect(live.shown()).toHaveLength(2)
  expect(live.state.pending.size).toBe(0)
})

test('a pause closes the stream, and it continues behind the last page', () => {
  const feed = new FakeFeed()
  const live = new LiveChanges(feed, 'c0')
  const pause = live.follow()
  feed.last.listener.onPage([change('1_Contact', '1')], 'c1', null)

  pause()
  expect(feed.last.closed).toBe(true)
  live.follow()

  expect(feed.opened.map(({ after }) => after)).toEqual(['c0', 'c1'])
})

test('a refused stream is opened again, later each time', async () => {
  const feed = new FakeFeed()
  new LiveChanges(feed, 'c0').follow()

  feed.last.listener.onRefused()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(feed.opened).toHaveLength(2)
  feed.last.listener.onRefused()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(feed.opened).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(5_000)

  expect(feed.opened).toHaveLength(3)
})

test('nothing is opened while paused', async () => {
  const feed = new FakeFeed()
  const pause = new LiveChanges(feed, 'c0').follow()
  feed.last.listener.onRefused()

  pause()
  await vi.advanceTimersByTimeAsync(60_000)

  expect(feed.opened).toHaveLength(1)
})

test('an expired cursor ends it: all records have to be read again', async () => {
  const feed = new FakeFeed()
  feed.refusal = 'cursor_expired'
  const live = new LiveChanges(feed, 'c0')
  live.follow()

  feed.last.listener.onRefused()
  await vi.advanceTimersByTimeAsync(60_000)

  expect(live.state.ended).toBe(true)
  expect(feed.opened).toHaveLength(1)
})

test('more changes than can be shown one by one end it, too', () => {
  const feed = new FakeFeed()
  const live = new LiveChanges(feed, 'c0')
  live.follow()

  feed.last.listener.onPage(
    Array.from({ length: 5_001 }, (_, index) => change(`${String(index)}_Contact`, String(index))),
    'c1',
    null,
  )

  expect(live.state).toMatchObject({ ended: true, pending: new Map() })
  expect(feed.last.closed).toBe(true)
})
