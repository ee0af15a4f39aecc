/** The state of a load in words. A green check only for a complete receipt. */
import { CircleAlert, CircleCheck, CircleStop, Download, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { CountdownText } from '../../components/countdown-text'
import { Spinner } from '../../components/spinner'
import { formatCount, formatDuration } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from './account-load'
import { rateOf, secondsLeft } from './pace'
import type { LoadState } from './load-state'
import { loadedCount, plannedTotal } from './totals'
import { useSecondsUntil } from './use-seconds-until'

const words = strings.load

interface LoadStatusProps {
  readonly load: AccountLoad
  readonly tabs: readonly TypeTab[]
  readonly vendor: string
}

export function LoadStatus({ load, tabs, vendor }: LoadStatusProps) {
  const { state } = load
  const done = loadedCount(state)
  const total = plannedTotal(state, tabs)
  switch (state.phase) {
    case 'restoring':
      return null
    case 'idle':
      return <Line icon={<Download />} title={total === null ? words.offerText : words.offer(total)} />
    case 'planning':
      return state.resume === null ? <Counting /> : <Line icon={<Spinner />} title={resuming(done, total)} />
    case 'running':
      return (
        <Line
          quiet
          icon={<Spinner />}
          title={words.running(formatCount(done), total === null ? null : formatCount(total))}
        >
          <Pace load={load} total={total} vendor={vendor} />
        </Line>
      )
    case 'stopped':
      return (
        <Line icon={<CircleStop />} title={stopped(done, total)}>
          <span className="muted">{words.stoppedText}</span>
        </Line>
      )
    case 'failed':
      return (
        <Line icon={<CircleAlert className="bad" />} title={words.failed} alert>
          <span className="load-why">
            {state.problem?.detail} {outlook(state)}
            {state.problem?.correlationId && <code>{state.problem.correlationId}</code>}
          </span>
        </Line>
      )
    case 'done':
      return <Ended load={load} done={done} />
  }
}

function resuming(done: number, total: number | null): string {
  return total === null ? words.resumingAfter(done) : words.resumingAt(formatCount(done), formatCount(total))
}

function stopped(done: number, total: number | null): string {
  return total === null ? words.stoppedAfter(done) : words.stoppedAt(formatCount(done), formatCount(total))
}

/** Whether the rest can be resumed. */
function outlook(state: LoadState): string {
  if (state.resume !== null) return words.canResume
  return loadedCount(state) > 0 ? words.restarts : ''
}

/** Shown while records are counted, before a load starts. */
export function Counting() {
  return <Line icon={<Spinner />} title={words.planning} />
}

interface PaceProps {
  readonly load: AccountLoad
  readonly total: number | null
  readonly vendor: string
}

/** Rate and remaining time; before those are known, the plan's estimate; during a rate limit, the wait. */
function Pace({ load, total, vendor }: PaceProps) {
  const waitS = useSecondsUntil(load.state.waitingUntil)
  const rate = rateOf(load.samples)
  const left = secondsLeft(loadedCount(load.state), total, rate)
  if (waitS > 0) {
    return (
      <span className="load-wait" role="status">
        <CountdownText
          key={load.state.waitingUntil}
          text={words.waiting[load.state.waitingFor](vendor, formatCount(waitS))}
        />
      </span>
    )
  }
  const facts = [
    rate !== null && words.rate(formatCount(Math.round(rate))),
    left !== null && words.left(formatDuration(left)),
  ].filter((fact) => fact !== false)
  return <span className="muted load-cost">{facts.length > 0 ? facts.join(' · ') : planWords(load)}</span>
}

function planWords(load: AccountLoad): string {
  const { requests = null, seconds = null } = load.state.plan ?? {}
  return requests === null || seconds === null ? '' : words.plan(requests, words.about(formatDuration(seconds)))
}

function Ended({ load, done }: { readonly load: AccountLoad; readonly done: number }) {
  const { receipt, plan } = load.state
  // Sync may keep only some of the account's object types.
  const complete = plan?.source === 'mirror' ? words.stored : words.complete
  if (!receipt) return null
  const time = formatDuration(receipt.duration_s)
  const cost = receipt.requests === null ? words.inTime(time) : words.completeText(receipt.requests, time)
  return (
    <Line
      icon={receipt.complete ? <CircleCheck className="good" /> : <TriangleAlert className="warn" />}
      title={receipt.complete ? complete(done) : words.incomplete}
      alert={!receipt.complete}
    >
      <span className="muted load-cost">{cost}</span>
    </Line>
  )
}

interface LineProps {
  readonly icon: ReactNode
  readonly title: string
  readonly alert?: boolean
  /** It changes several times a second: nobody could listen to that. */
  readonly quiet?: boolean
  readonly children?: ReactNode
}

function Line({ icon, title, alert = false, quiet = false, children }: LineProps) {
  return (
    <>
      <span className="load-icon" aria-hidden="true">
        {icon}
      </span>
      <p className="load-title" role={alert ? 'alert' : 'status'} aria-live={quiet ? 'off' : undefined}>
        {title}
      </p>
      {children}
    </>
  )
}
