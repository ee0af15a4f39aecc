/** The last runs of a sync, newest first. */
import { useQuery } from '@tanstack/react-query'
import { runsQuery, type SyncRun } from '../../api/sync'
import { formatCount, formatDuration, formatMoment } from '../../lib/format'
import { detailOf } from '../../lib/problem'
import { strings } from '../../lib/strings'

const words = strings.sync

interface SyncRunsProps {
  readonly target: { readonly provider: string; readonly connectionId: string }
}

export function SyncRuns({ target }: SyncRunsProps) {
  const { data: runs = [] } = useQuery(runsQuery(target))
  return (
    <section aria-label={words.runs} className="sync-table" tabIndex={0}>
      <h3>{words.runs}</h3>
      {runs.length === 0 && <p className="muted">{words.noRuns}</p>}
      {runs.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{words.kind}</th>
              <th scope="col">{words.outcome}</th>
              <th scope="col">{words.started}</th>
              <th scope="col" className="cell-end">
                {words.duration}
              </th>
              <th scope="col" className="cell-end">
                {words.changes}
              </th>
              <th scope="col" className="cell-end">
                {words.requests}
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <RunLine key={run.run_id} run={run} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function RunLine({ run }: { readonly run: SyncRun }) {
  const counts = [run.added, run.changed, run.deleted].map(formatCount) as [string, string, string]
  return (
    <tr>
      <th scope="row">{words.kinds[run.kind] ?? run.kind}</th>
      <td>
        {words.outcomes[run.state] ?? run.state}
        {run.error && <span className="muted"> {detailOf(run.error)}</span>}
      </td>
      <td>{run.started_at === null ? '–' : formatMoment(run.started_at)}</td>
      <td className="cell-end">{run.duration_s === null ? '–' : formatDuration(run.duration_s)}</td>
      <td className="cell-end">
        <span aria-hidden="true">{words.changed(...counts)}</span>
        <span className="visually-hidden">{words.changedLabel(...counts)}</span>
      </td>
      <td className="cell-end">{formatCount(run.requests)}</td>
    </tr>
  )
}
