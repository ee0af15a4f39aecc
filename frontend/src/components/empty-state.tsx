/** Shown by a view without content: an icon, a title, a text and the next actions. */
import type { ReactNode } from 'react'

interface EmptyStateProps {
  readonly icon: ReactNode
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
  readonly tone?: 'neutral' | 'bad'
  readonly role?: 'alert' | 'status'
}

export function EmptyState({ icon, title, children, actions, tone = 'neutral', role }: EmptyStateProps) {
  return (
    <div className={`state state-${tone}`} role={role}>
      <div className="state-icon" aria-hidden="true">
        {icon}
      </div>
      <h3 className="state-title">{title}</h3>
      {children && <div className="state-text">{children}</div>}
      {actions && <div className="state-actions">{actions}</div>}
    </div>
  )
}
