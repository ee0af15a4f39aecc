/** The connected account: which one it is, what it allows, and what can be done with it. */
import { ChevronDown, ChevronUp, Plus, Unplug } from 'lucide-react'
import { useState } from 'react'
import type { Connection, Integration } from '../../api/types'
import { Button } from '../../components/button'
import { FactList } from '../../components/fact-list'
import { formatAgo, formatMoment } from '../../lib/format'
import { strings } from '../../lib/strings'
import { useStacked } from '../../lib/use-narrow'
import { accountTypeName, regionName } from '../connection-name'
import type { IntegrationDescriptor } from '../descriptor'
import { AccessList } from './access-list'
import { DisconnectDialog } from './disconnect-dialog'
import { PortalSwitcher } from './portal-switcher'
import { StatusBadge } from './status-badge'
import type { ConnectFlow } from './use-connect-flow'

const words = strings.connection

interface ConnectionCardProps {
  readonly integration: Integration
  readonly descriptor: IntegrationDescriptor
  readonly connection: Connection
  readonly flow: ConnectFlow
  readonly onSwitch: (connection: Connection) => void
}

export function ConnectionCard({ integration, descriptor, connection, flow, onSwitch }: ConnectionCardProps) {
  const [asking, setAsking] = useState(false)
  const [open, setOpen] = useState(false)
  const stacked = useStacked()
  return (
    <section className="connection card" aria-labelledby="connection-title">
      <h2 id="connection-title" className="visually-hidden">
        {words.title}
      </h2>
      <div className="connection-head">
        <PortalSwitcher
          connections={integration.connections}
          current={connection}
          icon={descriptor.icon}
          onSwitch={onSwitch}
        />
        <StatusBadge status={connection.status} />
      </div>
      {stacked && (
        <Button
          variant="quiet"
          size="small"
          icon={open ? <ChevronUp /> : <ChevronDown />}
          aria-expanded={open}
          onClick={() => {
            setOpen(!open)
          }}
        >
          {open ? words.lessAbout : words.moreAbout}
        </Button>
      )}
      {(open || !stacked) && (
        <>
          <Facts connection={connection} />
          <div className="connection-actions">
            <Button
              icon={<Plus />}
              onClick={() => {
                flow.start()
              }}
            >
              {strings.connect.addPortal}
            </Button>
            <Button
              variant="quiet"
              icon={<Unplug />}
              onClick={() => {
                setAsking(true)
              }}
            >
              {words.disconnect}
            </Button>
          </div>
          <AccessList integration={integration} connection={connection} descriptor={descriptor} onGrant={flow.start} />
        </>
      )}
      <DisconnectDialog
        provider={integration.id}
        afterDisconnect={descriptor.afterDisconnect}
        connection={connection}
        open={asking}
        onOpenChange={setAsking}
      />
    </section>
  )
}

function Facts({ connection }: { readonly connection: Connection }) {
  const since = <span title={formatMoment(connection.connected_at)}>{formatAgo(connection.connected_at)}</span>
  return (
    <FactList
      className="facts"
      facts={[
        [words.portalId, connection.portal_id],
        [words.region, regionName(connection.region)],
        [words.accountType, accountTypeName(connection.account_type)],
        [words.since, since],
      ]}
    />
  )
}
