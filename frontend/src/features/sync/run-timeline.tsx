/** The runs as a strip of bars, oldest first: height by duration, color by outcome. The table below says the same. */
import type { SyncRun } from '../../api/sync'
import { formatDuration, formatMoment } from '../../lib/format'
import { strings } from '../../lib/strings'

const words = strings.sync
/** Of the strip's height: short runs stay visible. */
const SHORTEST = 0.12

export function RunTimeline({ runs }: { readonly runs: readonly SyncRun[] }) {
  const ended = runs.filter((run) => run.duration_s !== null).reverse()
  if (ended.length < 2) return null
  const longest = Math.max(...ended.map((run) => run.duration_s ?? 0), 1)
  return (
    <div className="run-timeline" aria-hidden="true">
      {ended.map((run) => (
        <span
          key={run.run_id}
          className={`run-bar run-${run.state}`}
          style={{ height: `${String(100 * barShare(run.duration_s ?? 0, longest))}%` }}
          title={titleOf(run)}
        />
      ))}
    </div>
  )
}

/** Loads take minutes and updates a second: the logarithm shows both. */
function barShare(seconds: number, longest: number): number {
  return SHORTEST + (1 - SHORTEST) * (Math.log1p(seconds * 10) / Math.log1p(longest * 10))
}

function titleOf(run: SyncRun): string {
  const parts = [
    words.kinds[run.kind] ?? run.kind,
    words.outcomes[run.state] ?? run.state,
    run.started_at && formatMoment(run.started_at),
    run.duration_s !== null && formatDuration(run.duration_s),
  ]
  return parts.filter(Boolean).join(' · ')
}
