/** The integrations the service offers, and how many accounts of each are connected. */
import type { Integration } from '../api/types'
import { strings } from '../lib/strings'
import { buildSearch, useUrlState, FRESH_TABLE } from '../lib/url-state'
import { openingTable } from '../features/items/table-key'
import { descriptorOf } from '../integrations/registry'

interface IntegrationNavProps {
  readonly integrations: readonly Integration[]
  readonly current: Integration
}

export function IntegrationNav({ integrations, current }: IntegrationNavProps) {
  const [url, setUrl] = useUrlState()
  if (integrations.length < 2) return null
  return (
    <nav className="nav" aria-label={strings.app.integrations}>
      {integrations.map((integration) => {
        const there =
          integration === current
            ? { ...FRESH_TABLE, portal: url.portal }
            : { ...openingTable(integration, integration.connections[0]), portal: null }
        const target = { ...there, app: integration.id, view: null, type: null }
        return (
          <a
            key={integration.id}
            href={buildSearch(window.location.search, target)}
            className="nav-link"
            aria-current={integration === current ? 'page' : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return
              event.preventDefault()
              setUrl(target)
            }}
          >
            <span className="nav-icon">{descriptorOf(integration).icon}</span>
            <span className="nav-label">{integration.label}</span>
            {integration.connections.length > 0 && (
              <span className={isWhole(integration) ? 'nav-dot' : 'nav-dot nav-dot-warn'}>
                <span className="visually-hidden">
                  {strings.app.connectedCount(integration.connections.length)}
                  {!isWhole(integration) && strings.app.someEnded}
                </span>
              </span>
            )}
          </a>
        )
      })}
    </nav>
  )
}

function isWhole({ connections }: Integration): boolean {
  return connections.every((connection) => connection.status === 'connected')
}
