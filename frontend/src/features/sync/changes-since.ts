/** What the runs of a sync changed after a moment. Pure. */
import type { SyncRun } from '../../api/sync'

export interface Changes {
  readonly added: number
  readonly changed: number
  readonly deleted: number
}

/** Sums the runs that ended after `readAt` (milliseconds); null when nothing changed. The first load is no change. */
export function changesSince(
  runs: readonly Pick<SyncRun, 'kind' | 'ended_at' | keyof Changes>[],
  readAt: number,
): Changes | null {
  const sums = runs
    .filter((run) => run.kind !== 'load' && run.ended_at !== null && Date.parse(run.ended_at) > readAt)
    .reduce<Changes>(
      (sum, run) => ({
        added: sum.added + run.added,
        changed: sum.changed + run.changed,
        deleted: sum.deleted + run.deleted,
      }),
      { added: 0, changed: 0, deleted: 0 },
    )
  return sums.added + sums.changed + sums.deleted === 0 ? null : sums
}
