/** One integration's page: the connect card, or the account beside its records. */
import { Suspense } from 'react'
import { lazyPart, PanelBoundary } from '../components/panel-boundary'
import type { Connection, Integration } from '../api/types'
import { Skeleton } from '../components/skeleton'
import { FRESH_TABLE, useUrlState } from '../lib/url-state'
import { ConnectIntro } from './connect/connect-intro'
import { ConnectionCard } from './connect/connection-card'
import { FlowStatus } from './connect/flow-status'
import { NewConnections } from './connect/new-connections'
import { ReconnectBanner } from './connect/reconnect-banner'
import { useConnectFlow } from './connect/use-connect-flow'
import type { IntegrationDescriptor } from './descriptor'
import { Prefetch, firstType } from './prefetch'
import { retryLoad } from './load/use-load'

// The table and its libraries come beside the first answer of the service, not before the first paint.
const loadItemsView = () => import('./items/items-view')
let early: ReturnType<typeof loadItemsView> | null = loadItemsView()
early.catch(() => undefined)
const ItemsView = lazyPart(async () => {
  const loading = early ?? loadItemsView()
  early = null
  return (await loading).ItemsView
})

interface IntegrationPageProps {
  readonly integration: Integration
  readonly descriptor: IntegrationDescriptor
  /** All of them: a new connection is announced whichever page is open. */
  readonly integrations: readonly Integration[]
}

export function IntegrationPage({ integration, descriptor, integrations }: IntegrationPageProps) {
  const [url, setUrl] = useUrlState()
  const flow = useConnectFlow(integration.id, (connection) => {
    if (!connection) return
    setUrl({ app: integration.id, portal: connection.portal_id, item: null }, 'replace')
    retryLoad(connection.connection_id)
  })
  const connection = chosenConnection(integration.connections, url.portal)
  const notices = <NewConnections integrations={integrations} attempt={flow.state} />
  if (!connection)
    return (
      <>
        {notices}
        <ConnectIntro integration={integration} descriptor={descriptor} flow={flow} />
      </>
    )

  const busy = flow.state.step === 'opening' || flow.state.step === 'waiting'
  const first = firstType(integration, url)
  return (
    <div className="workspace">
      {first !== null && <Prefetch integration={integration} connection={connection} objectType={first} />}
      <aside className="workspace-side">
        <ConnectionCard
          integration={integration}
          descriptor={descriptor}
          connection={connection}
          flow={flow}
          onSwitch={(chosen) => {
            setUrl({ ...FRESH_TABLE, portal: chosen.portal_id })
          }}
        />
      </aside>
      <div className="workspace-main">
        {notices}
        <FlowStatus descriptor={descriptor} flow={flow} connection={connection} />
        <ReconnectBanner
          vendor={descriptor.label}
          connection={connection}
          busy={busy}
          onReconnect={() => {
            flow.start()
          }}
        />
        <PanelBoundary key={connection.connection_id}>
          <Suspense fallback={<ItemsFallback />}>
            <ItemsView
              key={connection.connection_id}
              integration={integration}
              descriptor={descriptor}
              connection={connection}
              onConnect={(scopes = []) => {
                flow.start(askedFor(scopes, integration))
              }}
            />
          </Suspense>
        </PanelBoundary>
      </div>
    </div>
  )
}

function ItemsFallback() {
  return (
    <div className="items card items-fallback" aria-busy="true">
      <Skeleton width="40%" height="1.2rem" />
      <Skeleton width="100%" height="2.2rem" />
    </div>
  )
}

/** A vendor may know an access by several names: only those the integration asks for can be asked for again. */
function askedFor(scopes: readonly string[], integration: Integration): readonly string[] {
  const own = [...integration.required_scopes, ...integration.optional_scopes]
  return scopes.filter((scope) => own.includes(scope))
}

/** The account the address names, else the first: with none connected there is none. */
function chosenConnection(connections: readonly Connection[], portalId: string | null): Connection | null {
  return connections.find((connection) => connection.portal_id === portalId) ?? connections[0] ?? null
}
