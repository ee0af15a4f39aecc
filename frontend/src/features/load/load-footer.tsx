/** Under the records: what is loaded, how a load goes, and how it ended. Always there, so that nothing jumps. */
import { CircleAlert, CircleCheck, CircleStop, Download, Play, RotateCw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../components/button'
import { formatCount, formatDuration } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from './account-load'
import { LoadDetails } from './load-details'
import { isActive } from './load-state'
import { LoadRunning } from './load-running'
import { loadedCount, plannedTotal } from './totals'

const words = strings.load

interface LoadFooterProps {
  readonly load: AccountLoad
  readonly tabs: readonly TypeTab[]
  readonly vendor: string
  /** Whether the account can be read at the moment. */
  readonly able: boolean
  readonly onStart: () => void
}

export function LoadFooter(props: LoadFooterProps) {
  const { load, tabs, vendor } = props
  return (
    <footer className="load" role="group" aria-label={words.title}>
      {isActive(load.state) ? <LoadRunning load={load} tabs={tabs} vendor={vendor} /> : <Settled {...props} />}
    </footer>
  )
}

function Settled({ load, tabs, able, onStart }: LoadFooterProps) {
  const { state } = load
  const done = formatCount(loadedCount(state))
  const total = plannedTotal(state, tabs)
  const resume = state.resume !== null && able && (
    <Button size="small" icon={<Play />} onClick={() => void load.resume()}>
      {words.resume}
    </Button>
  )
  const again = able && (
    <Button size="small" variant={resume ? 'quiet' : 'secondary'} icon={<RotateCw />} onClick={onStart}>
      {words.again}
    </Button>
  )
  switch (state.phase) {
    case 'stopped':
      return (
        <Line icon={<CircleStop />} title={words.stopped(done, total === null ? null : formatCount(total))}>
          <span className="muted">{words.stoppedText}</span>
          <span className="spring" />
          {resume}
          {again}
        </Line>
      )
    case 'failed':
      return (
        <Line icon={<CircleAlert className="bad" />} title={words.failed} alert>
          <span className="load-why">
            {state.problem?.detail}
            {state.problem?.correlationId && <code>{state.problem.correlationId}</code>}
          </span>
          <span className="spring" />
          {resume}
          {again}
        </Line>
      )
    case 'done':
      return (
        <Ended load={load} tabs={tabs} done={done}>
          {resume}
          {again}
        </Ended>
      )
    case 'restoring':
      return <div className="load-line" />
    default:
      return (
        <Line icon={<Download />} title={total === null ? words.offerText : words.offer(formatCount(total))}>
          <span className="spring" />
          {able && (
            <Button size="small" variant="primary" onClick={onStart}>
              {words.start}
            </Button>
          )}
        </Line>
      )
  }
}

interface EndedProps {
  readonly load: AccountLoad
  readonly tabs: readonly TypeTab[]
  readonly done: string
  readonly children: ReactNode
}

/** A green tick only for a receipt that says complete. */
function Ended({ load, tabs, done, children }: EndedProps) {
  const receipt = load.state.receipt
  if (!receipt) return null
  const time = formatDuration(receipt.duration_s)
  const cost = receipt.requests === null ? words.inTime(time) : words.completeText(formatCount(receipt.requests), time)
  return (
    <Line
      icon={receipt.complete ? <CircleCheck className="good" /> : <TriangleAlert className="warn" />}
      title={receipt.complete ? words.complete(done) : words.incomplete}
      alert={!receipt.complete}
    >
      <span className="muted load-cost">{cost}</span>
      <span className="spring" />
      <LoadDetails load={load} tabs={tabs} />
      {children}
    </Line>
  )
}

interface LineProps {
  readonly icon: ReactNode
  readonly title: string
  readonly alert?: boolean
  readonly children: ReactNode
}

function Line({ icon, title, alert = false, children }: LineProps) {
  return (
    <div className="load-line">
      <span className="load-icon" aria-hidden="true">
        {icon}
      </span>
      <p className="load-title" role={alert ? 'alert' : 'status'}>
        {title}
      </p>
      {children}
    </div>
  )
}
