/** The account the page shows; with several, a menu to change it. */
import { lazy, Suspense, type ReactNode } from 'react'
import type { Connection } from '../../api/types'
import { connectionName } from '../connection-name'

export interface PortalSwitcherProps {
  readonly connections: readonly Connection[]
  readonly current: Connection
  readonly icon: ReactNode
  readonly onSwitch: (connection: Connection) => void
}

// Most people have one account.
const PortalMenu = lazy(async () => ({ default: (await import('./portal-menu')).PortalMenu }))

export function PortalSwitcher(props: PortalSwitcherProps) {
  const alone = (
    <div className="portal">
      <PortalName {...props} />
    </div>
  )
  if (props.connections.length < 2) return alone
  return (
    <Suspense fallback={alone}>
      <PortalMenu {...props}>
        <PortalName {...props} />
      </PortalMenu>
    </Suspense>
  )
}

function PortalName({ current, icon }: PortalSwitcherProps) {
  const name = connectionName(current)
  return (
    <>
      <span className="portal-mark">{icon}</span>
      <span className="portal-name" title={name}>
        {name}
      </span>
    </>
  )
}
