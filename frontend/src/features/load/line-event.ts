/** The stream of lines of a load, and what each means for it. */
import { problemOfLine, type LoadLine } from '../../api/load'
import type { Item } from '../../api/types'
import type { LoadEvent } from './load-state'

/** Opens the stream for these types at a cursor. Aborting ends it. */
export type OpenLines = (
  objectTypes: readonly string[],
  after: string | null,
  signal: AbortSignal,
  stored: boolean,
) => AsyncIterable<readonly LoadLine[]>

/** `now` in milliseconds, as Date.now(). */
export function eventOf(line: Exclude<LoadLine, { item: Item }>, now: number): LoadEvent {
  if ('plan' in line) return { type: 'planned', plan: line.plan }
  if ('receipt' in line) return { type: 'received', receipt: line.receipt }
  if ('error' in line) return { type: 'failed', problem: problemOfLine(line.error) }
  const { notice } = line
  return 'resume' in notice ? { type: 'checkpoint', resume: notice.resume } : { type: 'noticed', notice, now }
}
