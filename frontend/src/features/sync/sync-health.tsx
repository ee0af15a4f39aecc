/** How changes are noticed, and how much of the vendor's limit is used. */
import type { SyncView } from '../../api/sync'
import { FactList } from '../../components/fact-list'
import { formatAgo, formatCount, formatDuration } from '../../lib/format'
import { strings } from '../../lib/strings'

const words = strings.sync

export function SyncHealth({ state }: { readonly state: SyncView }) {
  const { signals, budget } = state
  if (!signals && !budget) return null
  return (
    <section aria-label={words.health} className="sync-health">
      {signals && <SignalFacts signals={signals} missed={missedSignals(state)} />}
      {budget && <BudgetMeter budget={budget} />}
    </section>
  )
}

interface SignalFactsProps {
  readonly signals: NonNullable<SyncView['signals']>
  readonly missed: number
}

function SignalFacts({ signals, missed }: SignalFactsProps) {
  return (
    <div className="sync-card">
      <h3>{words.signals}</h3>
      <p className="muted">{signals.last_at === null ? words.noSignals : words.signalsText}</p>
      <FactList
        className="sync-facts"
        facts={[
          [words.signalSources, signals.journal ? words.webhooksAndJournal : words.webhooks],
          [words.lastSignal, signals.last_at === null ? words.never : formatAgo(signals.last_at)],
          [words.waitingSignals, signals.waiting === null ? null : formatCount(signals.waiting)],
          [words.missed, formatCount(missed)],
        ]}
      />
    </div>
  )
}

function BudgetMeter({ budget }: { readonly budget: NonNullable<SyncView['budget']> }) {
  const { limit, used, others, left, window_s, paused_s } = budget
  const text = words.budgetUsed(formatCount(used + others), formatCount(limit), formatDuration(window_s))
  return (
    <div className="sync-card">
      <h3>{words.budget}</h3>
      <div
        role="meter"
        aria-label={words.budget}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(limit, used + others)}
        aria-valuetext={text}
        className="meter"
      >
        <span style={{ width: share(used, limit) }} />
        <span className="meter-others" style={{ width: share(others, limit) }} />
      </div>
      <p className="muted">{text}</p>
      <FactList
        className="sync-facts"
        facts={[
          [words.budgetLeft, formatCount(left)],
          [words.budgetOthers, others > 0 ? formatCount(others) : null],
          [words.budgetPaused, paused_s > 0 ? formatDuration(Math.ceil(paused_s)) : null],
        ]}
      />
    </div>
  )
}

function missedSignals(state: SyncView): number {
  return Object.values(state.object_types).reduce((sum, type) => sum + type.missed_signals, 0)
}

function share(part: number, whole: number): string {
  return `${String(Math.min(100, (part / Math.max(1, whole)) * 100))}%`
}
