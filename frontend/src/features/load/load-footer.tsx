/** The load's progress and result, below the records. Always present, so that the layout does not shift. */
import { RotateCw } from 'lucide-react'
import { Suspense } from 'react'
import { Button } from '../../components/button'
import { lazyPart, PanelBoundary } from '../../components/panel-boundary'
import { strings } from '../../lib/strings'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from './account-load'
import { LoadActions } from './load-actions'
import { Counting, LoadStatus } from './load-status'
import { isActive } from './load-state'
import { loadedCount, plannedTotal } from './totals'

// Only for a load that has begun.
const LoadDetails = lazyPart(async () => (await import('./load-details')).LoadDetails)

interface LoadFooterProps {
  readonly load: AccountLoad
  readonly tabs: readonly TypeTab[]
  readonly vendor: string
  /** The object types are not known yet. */
  readonly asking: boolean
  /** The totals are not known yet. */
  readonly counting: boolean
  /** Whether the account can be read now. */
  readonly able: boolean
  /** Counts again what could not be counted; null when all totals are known. */
  readonly onRecount: (() => void) | null
  readonly onStart: () => void
}

export function LoadFooter({ load, tabs, vendor, asking, counting, able, onRecount, onStart }: LoadFooterProps) {
  const { state } = load
  const idle = state.phase === 'idle'
  const hasDetails = isActive(state) || state.phase === 'stopped' || state.phase === 'failed' || state.phase === 'done'
  return (
    <footer className="load" role="group" aria-label={strings.load.title}>
      {isActive(state) && <Bar load={load} tabs={tabs} />}
      <div className="load-line">
        {idle && counting ? <Counting /> : <LoadStatus load={load} tabs={tabs} vendor={vendor} />}
        {idle && onRecount && <Uncounted onRecount={onRecount} />}
        <span className="spring" />
        {hasDetails && (
          <PanelBoundary compact>
            <Suspense fallback={<span className="button-space" />}>
              <LoadDetails load={load} tabs={tabs} />
            </Suspense>
          </PanelBoundary>
        )}
        {!(idle && asking) && (able || isActive(state)) && <LoadActions load={load} onStart={onStart} />}
      </div>
    </footer>
  )
}

function Uncounted({ onRecount }: { readonly onRecount: () => void }) {
  return (
    <span className="load-why" role="status">
      {strings.load.uncounted}{' '}
      <Button size="small" variant="quiet" icon={<RotateCw />} onClick={onRecount}>
        {strings.load.recount}
      </Button>
    </span>
  )
}

function Bar({ load, tabs }: { readonly load: AccountLoad; readonly tabs: readonly TypeTab[] }) {
  const total = plannedTotal(load.state, tabs)
  const known = load.state.phase === 'running' && total !== null
  return (
    <progress
      className="load-bar"
      aria-label={strings.load.title}
      max={total ?? 1}
      {...(known ? { value: Math.min(loadedCount(load.state), total) } : {})}
    />
  )
}
