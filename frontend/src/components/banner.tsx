/** A message above a view that stays until its cause is gone. */
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

type Tone = 'good' | 'warn' | 'bad'

const ICONS = { good: <CircleCheck />, warn: <TriangleAlert />, bad: <CircleAlert /> }

interface BannerProps {
  readonly tone: Tone
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
}

export function Banner({ tone, title, children, actions }: BannerProps) {
  return (
    <div className={`banner banner-${tone}`} role={tone === 'good' ? 'status' : 'alert'}>
      <span className="banner-icon" aria-hidden="true">
        {ICONS[tone]}
      </span>
      <div className="banner-body">
        <p className="banner-title">{title}</p>
        {children}
      </div>
      {actions && <div className="banner-actions">{actions}</div>}
    </div>
  )
}
