/** How far an export is, and what came of it. */
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'
import { Button } from '../../components/button'
import { formatBytes, formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { Receipt } from './export-job'
import type { ExportState } from './use-export'

const words = strings.exporting

export function ExportOutcome({ state, onStop }: { readonly state: ExportState; readonly onStop: () => void }) {
  switch (state.step) {
    case 'idle':
      return null
    case 'writing':
      return (
        <div className="export-outcome" role="status">
          <span>{words.working(formatCount(state.done), formatCount(state.total))}</span>
          <Button size="small" onClick={onStop}>
            {strings.action.cancel}
          </Button>
        </div>
      )
    case 'failed':
      return (
        <p className="export-outcome" role="alert">
          <CircleAlert className="bad" aria-hidden="true" />
          <span>
            {words.failed}. {words.failedText}
          </span>
        </p>
      )
    case 'done':
      return (
        <p className="export-outcome" role="status">
          {state.receipt.complete || state.receipt.chosen ? (
            <CircleCheck className="good" aria-hidden="true" />
          ) : (
            <TriangleAlert className="warn" aria-hidden="true" />
          )}
          <span>
            {words.done(state.receipt.rows, formatBytes(state.bytes))}
            <br />
            <span className="muted">{coverageOf(state.receipt)}</span>
          </span>
        </p>
      )
  }
}

function coverageOf({ complete, chosen }: Receipt): string {
  if (complete) return words.complete
  return chosen ? words.onlyChosen : words.incomplete
}
