// @vitest-environment jsdom
import { beforeEach, describe, expect, test } from 'vitest'
import type { Connection, Integration } from '../../api/types'
import { findNewConnections, forgetSeenConnections, markSeen, noteBaseline, noteGreeted } from './seen-connections'

function connection(id: string, connectedAt = '2026-11-28T10:00:00Z'): Connection {
  return { connection_id: id, connected_at: connectedAt } as Connection
}

function listed(...connections: Connection[]): Integration[] {
  return [{ id: 'hubspot', connections } as unknown as Integration]
}

function newIds(...connections: Connection[]): string[] {
  return findNewConnections(listed(...connections)).map((found) => found.connection.connection_id)
}

beforeEach(() => {
  window.sessionStorage.clear()
})

describe('connections of a tab', () => {
  test('what is there at first is not new, what comes later is, until it was seen', () => {
    noteBaseline(listed(connection('a')))
    expect(newIds(connection('a'))).toEqual([])

    expect(newIds(connection('a'), connection('b'))).toEqual(['b'])
    noteBaseline(listed(connection('a'), connection('b')))
    expect(newIds(connection('a'), connection('b'))).toEqual(['b'])

    markSeen([connection('b')])
    expect(newIds(connection('a'), connection('b'))).toEqual([])
  })

  test('the first one of a user without any is new', () => {
    noteBaseline(listed())

    expect(newIds(connection('a'))).toEqual(['a'])
  })

  test('an account that was connected again is named again', () => {
    noteBaseline(listed(connection('a')))

    expect(newIds(connection('a', '2026-11-28T11:00:00Z'))).toEqual(['a'])
  })

  test('what this page greets itself is not named twice', () => {
    noteBaseline(listed())
    noteGreeted('own')

    expect(newIds(connection('own'))).toEqual([])
  })

  test('another user begins with a baseline of their own', () => {
    noteBaseline(listed(connection('a')))

    forgetSeenConnections()
    noteBaseline(listed(connection('z')))

    expect(newIds(connection('z'))).toEqual([])
  })

  test('what is stored but broken is no baseline', () => {
    window.sessionStorage.setItem('integrations-seen-connections', '["c1')

    expect(newIds(connection('a'))).toEqual([])
  })
})
