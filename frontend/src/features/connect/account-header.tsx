/** The account whose records are shown: its name (a menu with several accounts), its status, and a menu of what can be done. */
import type { ReactNode } from 'react'
import type { Connection, Integration } from '../../api/types'
import { strings } from '../../lib/strings'
import type { IntegrationDescriptor } from '../descriptor'
import { AccountMenuButton } from './account-menu-button'
import { PortalSwitcher } from './portal-switcher'
import { StatusBadge } from './status-badge'
import type { ConnectFlow } from './use-connect-flow'

interface AccountHeaderProps {
  readonly integration: Integration
  readonly descriptor: IntegrationDescriptor
  readonly connection: Connection
  readonly flow: ConnectFlow
  readonly onSwitch: (connection: Connection) => void
  /** How current the records are. */
  readonly children?: ReactNode
}

export function AccountHeader({ integration, descriptor, connection, flow, onSwitch, children }: AccountHeaderProps) {
  return (
    <section className="account" aria-label={strings.connection.title}>
      <h1 id="page-title" className="account-name" tabIndex={-1}>
        <PortalSwitcher
          connections={integration.connections}
          current={connection}
          icon={descriptor.icon}
          onSwitch={onSwitch}
        />
      </h1>
      <StatusBadge status={connection.status} />
      <div className="account-end">
        {children}
        {/* A question that is open is about one account: it ends when the browser goes back to another. */}
        <AccountMenuButton
          key={connection.connection_id}
          integration={integration}
          descriptor={descriptor}
          connection={connection}
          flow={flow}
        />
      </div>
    </section>
  )
}
