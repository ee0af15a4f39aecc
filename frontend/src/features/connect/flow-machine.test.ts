import { describe, expect, test } from 'vitest'
import { unreachableProblem } from '../../lib/problem'
import { IDLE, nextFlowState, type FlowEvent, type FlowState } from './flow-machine'

function run(...events: FlowEvent[]): FlowState {
  return events.reduce(nextFlowState, IDLE)
}

const STARTED: FlowEvent = { type: 'started', scopes: ['tickets'], target: null }
const AUTHORIZING: FlowEvent = { type: 'authorizing', flowId: 'f1' }
const CONNECTED: FlowEvent = { type: 'polled', flowId: 'f1', flow: { status: 'connected', connection_id: 'c1' } }
const notFound = { ...unreachableProblem(), status: 404, code: 'not_found', retryable: false }

describe('an attempt to connect', () => {
  test('goes from the click to the connection', () => {
    expect(run(STARTED, AUTHORIZING, CONNECTED)).toEqual({
      step: 'connected',
      scopes: ['tickets'],
      target: null,
      connectionId: 'c1',
    })
  })

  test('a closed window is no failure: the connection still arrives', () => {
    const closed = run(STARTED, AUTHORIZING, { type: 'windowClosed' })

    expect(closed).toMatchObject({ step: 'waiting', windowClosed: true })
    expect(nextFlowState(closed, CONNECTED).step).toBe('connected')
  })

  test('a blocked window keeps what was asked for', () => {
    expect(run(STARTED, { type: 'blocked' })).toEqual({ step: 'blocked', scopes: ['tickets'], target: null })
  })

  test('a refused start is a failure with the problem of the service', () => {
    expect(run(STARTED, { type: 'startFailed', problem: notFound })).toMatchObject({
      step: 'failed',
      problem: notFound,
    })
  })

  test('a denial carries the words of the service', () => {
    const flow = { status: 'failed', error: { code: 'oauth_denied', detail: 'You chose not to allow it.' } } as const

    expect(run(STARTED, AUTHORIZING, { type: 'polled', flowId: 'f1', flow })).toMatchObject({
      step: 'failed',
      problem: { code: 'oauth_denied', detail: 'You chose not to allow it.' },
    })
  })

  test('a failure without a reason still has a sentence', () => {
    const state = run(STARTED, AUTHORIZING, { type: 'polled', flowId: 'f1', flow: { status: 'failed' } })

    expect(state).toMatchObject({ step: 'failed', problem: { code: 'oauth_failed' } })
  })

  test('a tab that came back from the vendor reads how its flow ended', () => {
    const flow = { status: 'failed', error: { code: 'oauth_denied', detail: 'Declined.' } } as const

    expect(run({ type: 'returned', flowId: 'f1' }, { type: 'polled', flowId: 'f1', flow })).toMatchObject({
      step: 'failed',
      problem: { code: 'oauth_denied' },
    })
  })

  test('an unknown flow has expired', () => {
    expect(run(STARTED, AUTHORIZING, { type: 'pollFailed', flowId: 'f1', problem: notFound }).step).toBe('expired')
  })

  test('the time limit ends the wait', () => {
    expect(run(STARTED, AUTHORIZING, { type: 'timedOut' }).step).toBe('expired')
  })

  test('a service that is away for a moment is waited for, and its return is noticed', () => {
    const away = run(STARTED, AUTHORIZING, { type: 'pollFailed', flowId: 'f1', problem: unreachableProblem() })

    expect(away).toMatchObject({ step: 'waiting', offline: true })
    expect(nextFlowState(away, { type: 'polled', flowId: 'f1', flow: { status: 'pending' } })).toMatchObject({
      step: 'waiting',
      offline: false,
    })
  })

  test('an answer about an earlier attempt changes nothing', () => {
    const late: FlowEvent = { type: 'polled', flowId: 'f0', flow: { status: 'connected', connection_id: 'c0' } }

    expect(run(STARTED, AUTHORIZING, late).step).toBe('waiting')
  })

  test('after cancelling, a late answer does not bring the attempt back', () => {
    expect(run(STARTED, AUTHORIZING, { type: 'dismissed' }, CONNECTED)).toEqual(IDLE)
    expect(run(STARTED, { type: 'dismissed' }, AUTHORIZING)).toEqual(IDLE)
  })

  test('events before the click mean nothing', () => {
    expect(run({ type: 'windowClosed' }, { type: 'blocked' }, CONNECTED)).toEqual(IDLE)
  })
})
