/** Under the table: the next page did not come, and the way on. */
import { Button } from '../../components/button'
import { Reference } from '../../components/reference'
import type { Problem } from '../../lib/problem'
import { strings } from '../../lib/strings'

interface MoreFailedProps {
  readonly problem: Problem
  readonly onRetry: () => void
}

export function MoreFailed({ problem, onRetry }: MoreFailedProps) {
  return (
    <div className="more-failed" role="alert">
      <p>
        {strings.items.moreFailed} {problem.detail}
      </p>
      <Reference id={problem.correlationId} />
      <Button size="small" onClick={onRetry}>
        {strings.action.retry}
      </Button>
    </div>
  )
}
