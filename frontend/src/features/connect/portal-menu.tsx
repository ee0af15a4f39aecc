/** Changes the account the page shows. */
import { Popover } from '@base-ui/react/popover'
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
    <Popover.Root>
      <Popover.Trigger
        className="portal portal-trigger"
        aria-label={`${words.switchPortal}: ${connectionName(current)}`}
      >
        {children}
        <ChevronsUpDown aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-positioner" sideOffset={6} align="start">
          <Popover.Popup className="menu" aria-label={words.accounts}>
            <ul>
              {connections.map((entry) => {
                const chosen = entry.connection_id === current.connection_id
                return (
                  <li key={entry.connection_id}>
                    <Popover.Close
                      className="menu-item"
                      aria-current={chosen || undefined}
                      onClick={() => {
                        if (!chosen) onSwitch(entry)
                      }}
                    >
                      <span className="menu-check">{chosen && <Check aria-hidden="true" />}</span>
                      <span className="menu-text">
                        {connectionName(entry)}
                        <span className="muted">
                          {entry.portal_id} · {words.status[entry.status]}
                        </span>
                      </span>
                    </Popover.Close>
                  </li>
                )
              })}
            </ul>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
