/** What a view shows when it has nothing to show: empty, or an error with a way on. */
import { CircleAlert, RotateCw, ServerOff } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Problem } from '../lib/problem'
import { strings } from '../lib/strings'
import { Button } from './button'
import { Reference } from './reference'

interface FaceProps {
  readonly icon: ReactNode
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
  readonly tone?: 'neutral' | 'bad'
  readonly role?: 'alert' | 'status'
}

export function Face({ icon, title, children, actions, tone = 'neutral', role }: FaceProps) {
  return (
    <div className={`face face-${tone}`} role={role}>
      <div className="face-icon" aria-hidden="true">
        {icon}
      </div>
      <h3 className="face-title">{title}</h3>
      {children && <div className="face-text">{children}</div>}
      {actions && <div className="face-actions">{actions}</div>}
    </div>
  )
}

interface ErrorFaceProps {
  readonly problem: Problem
  readonly onRetry: () => void
  readonly busy?: boolean
  /** Further ways on, beside trying again. */
  readonly actions?: ReactNode
}

export function ErrorFace({ problem, onRetry, busy = false, actions }: ErrorFaceProps) {
  const away = problem.code === 'service_unreachable'
  const advice = problem.retryAfterS === null ? strings.advice[problem.action] : strings.retryIn(problem.retryAfterS)
  return (
    <Face
      tone="bad"
      role="alert"
      icon={away ? <ServerOff /> : <CircleAlert />}
      title={problem.title}
      actions={
        <>
          {actions}
          <Button icon={<RotateCw />} onClick={onRetry} disabled={busy}>
            {strings.action.retry}
          </Button>
        </>
      }
    >
      <p>{problem.detail}</p>
      {advice && <p className="muted">{advice}</p>}
      <Reference id={problem.correlationId} />
    </Face>
  )
}
