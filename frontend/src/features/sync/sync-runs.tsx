/** The last runs of a sync, newest first. */
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { runsQuery, useCancelRun, type SyncRun } from '../../api/sync'
import { Button } from '../../components/button'
import { formatCount, formatDuration, formatMoment } from '../../lib/format'
import { detailOf, problemOf } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { ActionError } from './action-error'
import { RunTimeline } from './run-timeline'

const words = strings.sync

interface SyncRunsProps {
  readonly target: { readonly provider: string; readonly connectionId: string }
  /** A run is under way. */
  readonly running: boolean
}

export function SyncRuns({ target, running }: SyncRunsProps) {
  const { data, error, refetch } = useQuery(runsQuery(target))
  const runs = data ?? []
  const cancel = useCancelRun(target)
  useEffect(() => {
    void refetch()
  }, [running, refetch])
  return (
    <section aria-label={words.runs} className="sync-table" tabIndex={0}>
      <h3>{words.runs}</h3>
      {data && <p className="muted">{data.length === 0 ? words.noRuns : words.runsLeftOut}</p>}
      {!data && error && (
        <p className="muted" role="alert">
          {problemOf(error).detail}
        </p>
      )}
      <ActionError error={cancel.error} />
      <RunTimeline runs={runs} />
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
              <RunLine
                key={run.run_id}
                run={run}
                onCancel={() => {
                  cancel.mutate(run.run_id)
                }}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function RunLine({ run, onCancel }: { readonly run: SyncRun; readonly onCancel: () => void }) {
  const counts = [run.added, run.changed, run.deleted].map(formatCount) as [string, string, string]
  return (
    <tr>
      <th scope="row">{words.kinds[run.kind] ?? run.kind}</th>
      <td>
        {words.outcomes[run.state] ?? run.state}{' '}
        {run.ended_at === null && (
          <Button size="small" variant="quiet" onClick={onCancel}>
            {strings.action.cancel}
          </Button>
        )}
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
