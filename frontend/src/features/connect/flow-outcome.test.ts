import { describe, expect, test } from 'vitest'
import type { Connection } from '../../api/types'
import { flowOutcome, type Connected } from './flow-outcome'

function connection(id: string, more: Partial<Connection> = {}): Connection {
  return { connection_id: id, status: 'connected', missing_scopes: [], ...more } as unknown as Connection
}

function connected(more: Partial<Connected> = {}): Connected {
  return { step: 'connected', connectionId: 'a', scopes: [], target: null, ...more }
}

describe('flowOutcome', () => {
  test('a new connection is connected', () => {
    expect(flowOutcome(connected(), [connection('a')])?.type).toBe('connected')
  })

  test('another account than the one to reconnect is named', () => {
    const outcome = flowOutcome(connected({ target: 'b' }), [connection('a'), connection('b')])

    expect(outcome).toMatchObject({ type: 'other-account', connection: { connection_id: 'a' } })
  })

  test('a scope that the account could not give is not called granted', () => {
    const state = connected({ scopes: ['tickets'], target: 'a' })

    expect(flowOutcome(state, [connection('a', { missing_scopes: ['tickets', 'e-commerce'] })])).toMatchObject({
      type: 'not-granted',
      scopes: ['tickets'],
    })
    expect(flowOutcome(state, [connection('a')])?.type).toBe('connected')
  })

  test('a connection that has to be reconnected again is not called connected', () => {
    expect(flowOutcome(connected(), [connection('a', { status: 'reconnect_required' })])).toBeNull()
  })
})
