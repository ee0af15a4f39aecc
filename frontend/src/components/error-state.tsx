/** Shown by a view that failed: what happened, what to do next, and the reference for support. */
import { CircleAlert, RotateCw, ServerOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { textBelow, type Problem } from '../lib/problem'
import { strings } from '../lib/strings'
import { Button } from './button'
import { EmptyState } from './empty-state'
import { Reference } from './reference'

interface ErrorStateProps {
  readonly problem: Problem
  readonly onRetry: () => void
  readonly busy?: boolean
  /** Further actions beside the retry. */
  readonly actions?: ReactNode
}

export function ErrorState({ problem, onRetry, busy = false, actions }: ErrorStateProps) {
  const away = problem.code === 'service_unreachable'
  const text = textBelow(problem)
  const advice = problem.retryAfterS === null ? strings.advice[problem.action] : strings.retryIn(problem.retryAfterS)
  return (
    <EmptyState
      tone="bad"
      role="alert"
      icon={away ? <ServerOff /> : <CircleAlert />}
      title={problem.title}
      actions={
        <>
          {actions}
          <Button icon={<RotateCw />} onClick={onRetry} busy={busy}>
            {strings.action.retry}
          </Button>
        </>
      }
    >
      {text && <p>{text}</p>}
      {advice && <p className="muted">{advice}</p>}
      <Reference id={problem.correlationId} />
    </EmptyState>
  )
}
