/** Changes the account the page shows. */
import { Menu } from '@base-ui/react/menu'
import { Check, ChevronsUpDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { strings } from '../../lib/strings'
import { connectionName } from '../connection-name'
import type { PortalChoice } from './portal-choice'

const words = strings.connection

interface PortalMenuProps extends PortalChoice {
  readonly children: ReactNode
}

export function PortalMenu({ connections, current, onSwitch, children }: PortalMenuProps) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="portal portal-trigger" aria-label={`${words.switchPortal}: ${connectionName(current)}`}>
        {children}
        <ChevronsUpDown aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-positioner" sideOffset={6} align="start">
          <Menu.Popup className="menu">
            <Menu.RadioGroup
              aria-label={words.accounts}
              value={current.connection_id}
              onValueChange={(id: string) => {
                const chosen = connections.find((entry) => entry.connection_id === id)
                if (chosen) onSwitch(chosen)
              }}
            >
              {connections.map((entry) => (
                <Menu.RadioItem
                  key={entry.connection_id}
                  value={entry.connection_id}
                  className="menu-item"
                  closeOnClick
                >
                  <span className="menu-check">
                    <Menu.RadioItemIndicator>
                      <Check aria-hidden="true" />
                    </Menu.RadioItemIndicator>
                  </span>
                  <span className="menu-text">
                    {connectionName(entry)}
                    <span className="muted">
                      {entry.portal_id} · {strings.connection.status[entry.status]}
                    </span>
                  </span>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
