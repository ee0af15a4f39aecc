// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchSync } from './sync'

class FakeEvents extends EventTarget {
  static readonly CLOSED = 2
  static opened: FakeEvents[] = []
  readyState = 1
  readonly close = vi.fn()

  constructor() {
    super()
    FakeEvents.opened.push(this)
  }

  refuse(): void {
    this.readyState = FakeEvents.CLOSED
    this.dispatchEvent(new Event('error'))
  }
}

const TARGET = { provider: 'hubspot', connectionId: 'c1' }

beforeEach(() => {
  FakeEvents.opened = []
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeEvents)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('a stream of states that was refused is opened again after a while', () => {
  const [onState, onRefused] = [vi.fn(), vi.fn()]
  watchSync(TARGET, { onState, onRefused })

  FakeEvents.opened[0]?.refuse()
  expect(onRefused).toHaveBeenCalledOnce()
  expect(FakeEvents.opened).toHaveLength(1)
  vi.advanceTimersByTime(10_000)

  expect(FakeEvents.opened).toHaveLength(2)
  FakeEvents.opened[1]?.dispatchEvent(new MessageEvent('state', { data: '{"state":"live"}' }))
  expect(onState).toHaveBeenCalledWith({ state: 'live' })
})

test('a stream that broke is left to the browser, and a closed one stays closed', () => {
  const close = watchSync(TARGET, { onState: vi.fn(), onRefused: vi.fn() })
  FakeEvents.opened[0]?.dispatchEvent(new Event('error'))
  vi.advanceTimersByTime(60_000)
  expect(FakeEvents.opened).toHaveLength(1)

  FakeEvents.opened[0]?.refuse()
  close()
  vi.advanceTimersByTime(60_000)

  expect(FakeEvents.opened).toHaveLength(1)
  expect(FakeEvents.opened[0]?.close).toHaveBeenCalled()
})
