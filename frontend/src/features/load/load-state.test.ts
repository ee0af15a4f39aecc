import { describe, expect, test } from 'vitest'
import type { ItemWarning, LoadPlan, LoadReceipt } from '../../api/types'
import { interruptedProblem } from '../../lib/problem'
import { NOTHING_LOADED, nextLoadState, type LoadEvent, type LoadState } from './load-state'

const PLAN: LoadPlan = { object_types: { contacts: { total: 200 }, deals: { total: null } }, requests: 4, seconds: 2 }
const RECEIPT: LoadReceipt = {
  complete: true,
  object_types: {},
  requests: 2,
  retries: 0,
  duration_s: 1,
  watermark: null,
  resume: null,
}
const STARTED: LoadEvent = { type: 'started', objectTypes: ['contacts', 'deals'] }
const PLANNED: LoadEvent = { type: 'planned', plan: PLAN }

function delivered(counts: Record<string, number>): LoadEvent {
  return { type: 'delivered', counts: new Map(Object.entries(counts)) }
}

function notice(more: Partial<ItemWarning>): LoadEvent {
  const whole = { code: 'x', detail: 'A notice.', object_type: null, missing_scopes: [], wait_s: null, ...more }
  return { type: 'noticed', notice: whole, now: 1_000 }
}

function run(...events: LoadEvent[]): LoadState {
  return events.reduce(nextLoadState, NOTHING_LOADED)
}

describe('a load', () => {
  test('plans, runs and is done', () => {
    expect(run(STARTED).phase).toBe('planning')
    expect(run(STARTED, PLANNED).phase).toBe('running')
    expect(run(STARTED, PLANNED, { type: 'received', receipt: RECEIPT })).toMatchObject({
      phase: 'done',
      receipt: RECEIPT,
    })
  })

  test('counts what arrives beside the vendor’s own count', () => {
    expect(run(STARTED, PLANNED, delivered({ contacts: 100 }), delivered({ contacts: 50, deals: 7 })).types).toEqual({
      contacts: { total: 200, done: 150 },
      deals: { total: null, done: 7 },
    })
  })

  test('tells a failed request from the limit of requests', () => {
    const waiting = run(STARTED, PLANNED, notice({ code: 'rate_limit_wait', wait_s: 7 }))

    expect(waiting.waitingFor).toBe('limit')
    expect(run(STARTED, PLANNED, notice({ code: 'failure_wait', wait_s: 7 })).waitingFor).toBe('attempt')
  })

  test('waits as long as a notice says, though what was read before still arrives', () => {
    const waiting = run(STARTED, PLANNED, notice({ wait_s: 7 }), delivered({ contacts: 1 }))

    expect(waiting).toMatchObject({ waitingUntil: 8_000, waitingFor: 'limit' })
    expect(nextLoadState(waiting, { type: 'received', receipt: RECEIPT }).waitingUntil).toBeNull()
  })

  test('keeps each lasting notice once', () => {
    const state = run(STARTED, PLANNED, notice({ detail: 'a' }), notice({ detail: 'a' }), notice({ detail: 'b' }))

    expect(state.notices.map((notice) => notice.detail)).toEqual(['a', 'b'])
  })

  test('stopping keeps the resume cursor, and resuming keeps the counts', () => {
    const stopped = run(
      STARTED,
      PLANNED,
      delivered({ contacts: 100 }),
      { type: 'checkpoint', resume: 'here' },
      { type: 'stopped' },
    )
    expect(stopped).toMatchObject({ phase: 'stopped', resume: 'here' })

    const again = [{ type: 'resumed' } as const, PLANNED].reduce<LoadState>(nextLoadState, stopped)

    expect(again).toMatchObject({ phase: 'running', types: { contacts: { total: 200, done: 100 } } })
  })

  test('an error after an early receipt can be resumed', () => {
    const early = { ...RECEIPT, complete: false, resume: 'there' }

    const state = run(
      STARTED,
      PLANNED,
      { type: 'received', receipt: early },
      { type: 'failed', problem: interruptedProblem() },
    )

    expect(state).toMatchObject({ phase: 'failed', resume: 'there', problem: { code: 'stream_interrupted' } })
  })

  test('a place that the service refuses leads nowhere', () => {
    const problem = { ...interruptedProblem(), code: 'invalid_cursor' }

    const state = run(STARTED, PLANNED, { type: 'checkpoint', resume: 'here' }, { type: 'failed', problem })

    expect(state).toMatchObject({ phase: 'failed', resume: null })
  })

  test('a type that was loaded again is complete, and with the last one the load is', () => {
    const lacking = { complete: false, total: 9, delivered: 5, requests: 1, retries: 0, watermark: null, skipped: [] }
    const receipt = { ...RECEIPT, complete: false, object_types: { contacts: lacking, deals: lacking } }
    const about = { detail: 'Some are missing.', object_type: 'contacts' }
    const ended = run(STARTED, PLANNED, notice(about), { type: 'received', receipt })

    const one = nextLoadState(ended, { type: 'reloaded', objectType: 'contacts', count: 9 })
    const both = nextLoadState(one, { type: 'reloaded', objectType: 'deals', count: 8 })

    expect(one).toMatchObject({
      notices: [],
      receipt: { complete: false, object_types: { deals: { complete: false } } },
    })
    expect(one.receipt?.object_types['contacts']).toMatchObject({ complete: true, delivered: 9 })
    expect(both.receipt).toMatchObject({ complete: true, object_types: { deals: { total: 8, delivered: 8 } } })
  })

  test('what arrives after a stop changes nothing', () => {
    const stopped = run(STARTED, PLANNED, { type: 'stopped' })

    expect(nextLoadState(stopped, PLANNED)).toBe(stopped)
    expect(nextLoadState(stopped, { type: 'received', receipt: RECEIPT })).toBe(stopped)
  })

  test('a new start forgets the last end', () => {
    const failed = run(STARTED, PLANNED, { type: 'failed', problem: interruptedProblem() })

    expect(nextLoadState(failed, STARTED)).toMatchObject({ phase: 'planning', problem: null, resume: null })
  })
})
