/** The load's progress and result, below the records. Always present, so that the layout does not shift. */
import { strings } from '../../lib/strings'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from './account-load'
import { LoadActions } from './load-actions'
import { LoadDetails } from './load-details'
import { Counting, LoadStatus } from './load-status'
import { isActive } from './load-state'
import { loadedCount, plannedTotal } from './totals'

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
  readonly onStart: () => void
}

export function LoadFooter({ load, tabs, vendor, asking, counting, able, onStart }: LoadFooterProps) {
  const { state } = load
  const idle = state.phase === 'idle'
  const hasDetails = isActive(state) || state.phase === 'stopped' || state.phase === 'failed' || state.phase === 'done'
  return (
    <footer className="load" role="group" aria-label={strings.load.title}>
      {isActive(state) && <Bar load={load} tabs={tabs} />}
      <div className="load-line">
        {idle && counting ? <Counting /> : <LoadStatus load={load} tabs={tabs} vendor={vendor} />}
        <span className="spring" />
        {hasDetails && <LoadDetails load={load} tabs={tabs} />}
        {!(idle && asking) && (able || isActive(state)) && <LoadActions load={load} onStart={onStart} />}
      </div>
    </footer>
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
