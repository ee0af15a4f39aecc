/** Facts about an account, what it granted, and the actions: connect another one, disconnect this one. */
import { Popover } from '@base-ui/react/popover'
import { Ellipsis, Plus, Unplug } from 'lucide-react'
import type { Connection, Integration } from '../../api/types'
import { Button, buttonClass } from '../../components/button'
import { FactList } from '../../components/fact-list'
import { formatAgo, formatMoment } from '../../lib/format'
import { strings } from '../../lib/strings'
import { accountTypeName, regionName } from '../connection-name'
import type { IntegrationDescriptor } from '../descriptor'
import { AccessList } from './access-list'
import { DisconnectDialog } from './disconnect-dialog'
import type { ConnectFlow } from './use-connect-flow'

const words = strings.connection

export interface AccountMenuProps {
  readonly integration: Integration
  readonly descriptor: IntegrationDescriptor
  readonly connection: Connection
  readonly flow: ConnectFlow
}

interface OpenAccountMenuProps extends AccountMenuProps {
  readonly open: boolean
  readonly setOpen: (open: boolean) => void
  /** Whether to disconnect. */
  readonly asking: boolean
  readonly setAsking: (asking: boolean) => void
}

export function AccountMenu(props: OpenAccountMenuProps) {
  const { integration, descriptor, connection, flow, open, setOpen, asking, setAsking } = props
  const since = <span title={formatMoment(connection.connected_at)}>{formatAgo(connection.connected_at)}</span>
  return (
    <>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger className={buttonClass('secondary', 'small')} aria-label={words.details}>
          <Ellipsis aria-hidden="true" />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner className="menu-positioner" sideOffset={6} align="end">
            <Popover.Popup className="menu popover account-menu">
              <Popover.Title className="popover-title">{words.details}</Popover.Title>
              <FactList
                className="facts"
                facts={[
                  [words.portalId, connection.portal_id],
                  [words.region, regionName(connection.region)],
                  [words.accountType, accountTypeName(connection.account_type)],
                  [words.since, since],
                ]}
              />
              <AccessList
                integration={integration}
                connection={connection}
                descriptor={descriptor}
                onGrant={(scopes) => {
                  setOpen(false)
                  flow.start(scopes, connection)
                }}
              />
              <div className="account-actions">
                <Button
                  icon={<Plus />}
                  onClick={() => {
                    setOpen(false)
                    flow.start()
                  }}
                >
                  {strings.connect.addPortal}
                </Button>
                <Button
                  variant="quiet"
                  icon={<Unplug />}
                  onClick={() => {
                    setOpen(false)
                    setAsking(true)
                  }}
                >
                  {words.disconnect}
                </Button>
              </div>
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      <DisconnectDialog
        provider={integration.id}
        afterDisconnect={descriptor.afterDisconnect}
        connection={connection}
        open={asking}
        onOpenChange={setAsking}
      />
    </>
  )
}
