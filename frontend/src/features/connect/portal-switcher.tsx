/** The account the page shows; with several, a menu to change it. */
import { Suspense, type ReactNode } from 'react'
import { lazyPart, PanelBoundary } from '../../components/panel-boundary'
import { connectionName } from '../connection-name'
import type { PortalChoice } from './portal-choice'

interface PortalSwitcherProps extends PortalChoice {
  readonly icon: ReactNode
}

// Most people have one account.
const PortalMenu = lazyPart(async () => (await import('./portal-menu')).PortalMenu)

export function PortalSwitcher(props: PortalSwitcherProps) {
  const alone = (
    <div className="portal">
      <PortalName {...props} />
    </div>
  )
  if (props.connections.length < 2) return alone
  return (
    <PanelBoundary compact>
      <Suspense fallback={alone}>
        <PortalMenu {...props}>
          <PortalName {...props} />
        </PortalMenu>
      </Suspense>
    </PanelBoundary>
  )
}

function PortalName({ current, icon }: Pick<PortalSwitcherProps, 'current' | 'icon'>) {
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
