import { expect, test } from 'vitest'
import { changesSince } from './changes-since'

const READ_AT = Date.parse('2026-11-28T12:00:00Z')

function run(ended_at: string | null, added: number, kind: 'poll' | 'load' = 'poll') {
  return { kind, ended_at, added, changed: 1, deleted: 0 }
}

test('runs that ended after the records were read are summed', () => {
  const runs = [run('2026-11-28T12:02:00Z', 2), run('2026-11-28T12:01:00Z', 1), run('2026-11-28T11:59:00Z', 7)]

  expect(changesSince(runs, READ_AT)).toEqual({ added: 3, changed: 2, deleted: 0 })
})

test('running runs, loads and runs without changes are no news', () => {
  const idle = { kind: 'poll' as const, ended_at: '2026-11-28T12:05:00Z', added: 0, changed: 0, deleted: 0 }

  expect(changesSince([run(null, 4), run('2026-11-28T12:05:00Z', 240, 'load'), idle], READ_AT)).toBeNull()
})
