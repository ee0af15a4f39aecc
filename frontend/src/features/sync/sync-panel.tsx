/** The sync of an account: on or off, the state of each object type, and its last runs. */
import { DatabaseZap, RefreshCw, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { useDisableSync, useEnableSync, useStartRun, type SyncView } from '../../api/sync'
import type { Connection } from '../../api/types'
import { Button } from '../../components/button'
import { ConfirmButton } from '../../components/confirm-button'
import { EmptyState } from '../../components/empty-state'
import { ErrorState } from '../../components/error-state'
import { Skeleton } from '../../components/skeleton'
import { formatAgo, formatMoment } from '../../lib/format'
import { problemOf } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { loadableTypes, type TypeTab } from '../items/object-types'
import { ActionError } from './action-error'
import { EventEndpoints } from './event-endpoints'
import { SyncFault } from './sync-fault'
import { SyncHealth } from './sync-health'
import { SyncRuns } from './sync-runs'
import { SyncTypes } from './sync-types'
import { useSync } from './use-sync'

const words = strings.sync

interface SyncPanelProps {
  readonly provider: string
  readonly connection: Connection
  readonly tabs: readonly TypeTab[]
  readonly onConnect: (scopes?: readonly string[]) => void
}

export function SyncPanel({ provider, connection, tabs, onConnect }: SyncPanelProps) {
  const target = { provider, connectionId: connection.connection_id }
  const query = useSync({ ...target, on: connection.sync, live: true })
  const enable = useEnableSync(target)
  const retry = useStartRun(target)
  const { error, isFetching, refetch } = query
  const state = connection.sync ? query.data : null
  const onRetry = () => {
    retry.mutate('poll')
  }
  if (state === undefined && error)
    return <ErrorState problem={problemOf(error)} busy={isFetching} onRetry={() => void refetch()} />
  if (state === undefined) return <SyncSkeleton />
  if (state === null)
    return (
      <EmptyState
        icon={<DatabaseZap />}
        title={words.offTitle}
        role="status"
        actions={
          <Button
            variant="primary"
            busy={enable.isPending}
            onClick={() => {
              enable.mutate(loadableTypes(tabs))
            }}
          >
            {words.enable}
          </Button>
        }
      >
        <p>{words.offText}</p>
        <ActionError error={enable.error} />
      </EmptyState>
    )
  return (
    <div className="sync" tabIndex={0} role="region" aria-label={words.title}>
      <ActionError error={error} title={words.staleTitle} />
      <SyncHead state={state} target={target} />
      {state.error && (
        <SyncFault
          title={words.states[state.state] ?? state.state}
          fault={state.error}
          onConnect={onConnect}
          onRetry={onRetry}
        />
      )}
      <SyncHealth state={state} />
      <SyncTypes types={state.object_types} shared={state.error} tabs={tabs} onConnect={onConnect} onRetry={onRetry} />
      <SyncRuns target={target} running={state.running.length > 0} />
      <EventEndpoints />
    </div>
  )
}

interface SyncHeadProps {
  readonly state: SyncView
  readonly target: { readonly provider: string; readonly connectionId: string }
}

function SyncHead({ state, target }: SyncHeadProps) {
  const run = useStartRun(target)
  const disable = useDisableSync(target)
  const [asking, setAsking] = useState(false)
  const next = state.next_run
  return (
    <header className="sync-head">
      <div>
        <h2>{words.states[state.state] ?? state.state}</h2>
        <p className="muted">
          {state.as_of && <span title={formatMoment(state.as_of)}>{words.asOf(formatMoment(state.as_of))}</span>}
          {state.verified_at && (
            <span title={formatMoment(state.verified_at)}>{words.verified(formatAgo(state.verified_at))}</span>
          )}
          {state.last_run && <span>{words.lastRun(runWords(state.last_run))}</span>}
          {next && <span>{words.nextRun(words.kinds[next.kind] ?? next.kind, formatAgo(next.at))}</span>}
        </p>
      </div>
      <div className="sync-actions">
        <Button
          size="small"
          icon={<RefreshCw />}
          busy={run.isPending}
          onClick={() => {
            run.mutate('poll')
          }}
        >
          {words.update}
        </Button>
        <Button
          size="small"
          icon={<ShieldCheck />}
          busy={run.isPending}
          onClick={() => {
            run.mutate('verify')
          }}
        >
          {words.verify}
        </Button>
        <ConfirmButton
          label={words.disable}
          question={words.confirmDisable}
          asking={asking}
          setAsking={setAsking}
          busy={disable.isPending}
          onConfirm={disable.mutate}
        />
      </div>
      {asking && <p className="muted sync-note">{words.disableText}</p>}
      <ActionError error={run.error ?? disable.error} />
    </header>
  )
}

function runWords(run: NonNullable<SyncView['last_run']>): string {
  const kind = words.kinds[run.kind] ?? run.kind
  return run.ended_at === null ? kind : `${kind}, ${formatAgo(run.ended_at)}`
}

function SyncSkeleton() {
  return (
    <div className="sync" aria-busy="true">
      <Skeleton width="30%" height="1.4rem" />
      <Skeleton width="100%" height="9rem" />
      <Skeleton width="100%" height="9rem" />
    </div>
  )
}
