/** A load on its way: the plan, how much of it is done, how fast, how long still, and why it waits. */
import { Square } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../../components/button'
import { Spinner } from '../../components/spinner'
import { formatCount, formatDuration } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from './account-load'
import { LoadDetails } from './load-details'
import { rateOf, secondsLeft } from './pace'
import { loadedCount, plannedTotal } from './totals'

const words = strings.load
const SECOND_MS = 1_000

interface LoadRunningProps {
  readonly load: AccountLoad
  readonly tabs: readonly TypeTab[]
  readonly vendor: string
}

export function LoadRunning({ load, tabs, vendor }: LoadRunningProps) {
  const { state, samples } = load
  const done = loadedCount(state)
  const total = plannedTotal(state, tabs)
  const rate = rateOf(samples)
  const left = secondsLeft(done, total, rate)
  const facts = [
    rate !== null && words.rate(formatCount(Math.round(rate))),
    left !== null && words.left(formatDuration(left)),
  ].filter((fact) => fact !== false)
  return (
    <div className="load-line">
      <progress
        className="load-bar"
        aria-label={words.title}
        max={total ?? 1}
        {...(state.phase === 'running' && total !== null ? { value: Math.min(done, total) } : {})}
      />
      <Spinner />
      <p className="load-title" role="status">
        {state.phase === 'planning'
          ? words.planning
          : words.running(formatCount(done), total === null ? null : formatCount(total))}
      </p>
      {state.waitingUntil !== null ? (
        <Waiting until={state.waitingUntil} vendor={vendor} />
      ) : (
        <span className="muted load-cost">{facts.length > 0 ? facts.join(' · ') : planWords(load)}</span>
      )}
      <span className="spring" />
      <LoadDetails load={load} tabs={tabs} />
      <Button
        size="small"
        icon={<Square />}
        onClick={() => {
          load.stop()
        }}
      >
        {words.stop}
      </Button>
    </div>
  )
}

function planWords(load: AccountLoad): string {
  const { requests = null, seconds = null } = load.state.plan ?? {}
  return requests === null || seconds === null
    ? ''
    : words.plan(formatCount(requests), words.about(formatDuration(seconds)))
}

function Waiting({ until, vendor }: { readonly until: number; readonly vendor: string }) {
  const now = useNow()
  return (
    <span className="load-wait" role="status">
      {words.waiting(vendor, String(Math.max(0, Math.ceil((until - now) / SECOND_MS))))}
    </span>
  )
}

/** The time, told once a second. */
function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = window.setInterval(() => {
      setNow(Date.now())
    }, SECOND_MS)
    return () => {
      window.clearInterval(timer)
    }
  }, [])
  return now
}
