/** One integration: the connect card, or an account with its records. */
import { Suspense, useEffect } from 'react'
import { lazyPart, PanelBoundary } from '../components/panel-boundary'
import type { Connection, Integration } from '../api/types'
import { Skeleton } from '../components/skeleton'
import { useUrlState } from '../lib/url-state'
import { AccountHeader } from './connect/account-header'
import { ConnectIntro } from './connect/connect-intro'
import { Disconnects, GoneNotice, useGoneAccount } from './connect/disconnects'
import { FlowStatus } from './connect/flow-status'
import { NewConnections } from './connect/new-connections'
import { undoDisconnect } from './connect/pending-disconnects'
import { ReconnectBanner } from './connect/reconnect-banner'
import { UnknownAccount } from './connect/unknown-account'
import { useConnectFlow } from './connect/use-connect-flow'
import type { IntegrationDescriptor } from './descriptor'
import { Prefetch, firstType } from './prefetch'
import { openingTable } from './items/table-key'
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
  const { connections } = integration
  const flow = useConnectFlow(integration.id, (connection, left) => {
    if (!connection) return
    const { connection_id: id, portal_id: portal } = connection
    undoDisconnect(id)
    retryLoad(id)
    if (left) return
    // What was searched for in one account is not searched for in another.
    const isOther = url.portal !== null && url.portal !== portal
    const table = isOther ? openingTable(integration, connection, url.type) : { item: null }
    setUrl({ ...table, app: integration.id, portal }, 'replace')
  })
  const connection = chosenConnection(connections, url.portal)
  const switchTo = (chosen: Connection) => {
    setUrl({ ...openingTable(integration, chosen, url.type), portal: chosen.portal_id })
  }
  useAccountInAddress(connection, url.portal, setUrl)
  const [gone, onGone] = useGoneAccount(integration, connection, (next) => {
    const table = openingTable(integration, next)
    setUrl({ ...table, portal: next?.portal_id ?? null, view: null, type: null }, 'replace')
  })
  const notices = (
    <>
      <Disconnects onGone={onGone} />
      {gone !== null && <GoneNotice gone={gone} shown={connection} />}
      <NewConnections integrations={integrations} attempt={flow.state} />
    </>
  )
  if (!connection && connections.length > 0)
    return (
      <>
        {notices}
        <FlowStatus descriptor={descriptor} flow={flow} connections={connections} onSwitch={switchTo} />
        <UnknownAccount
          portalId={url.portal ?? ''}
          vendor={descriptor.label}
          connections={connections}
          onSwitch={switchTo}
          onConnect={() => {
            flow.start()
          }}
        />
      </>
    )
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
      <AccountHeader
        integration={integration}
        descriptor={descriptor}
        connection={connection}
        flow={flow}
        onSwitch={switchTo}
      />
      {notices}
      <FlowStatus descriptor={descriptor} flow={flow} connections={connections} onSwitch={switchTo} />
      <ReconnectBanner
        vendor={descriptor.label}
        connection={connection}
        busy={busy}
        onReconnect={() => {
          flow.start([], connection)
        }}
      />
      <PanelBoundary key={connection.connection_id}>
        <Suspense fallback={<ItemsFallback />}>
          <ItemsView
            integration={integration}
            descriptor={descriptor}
            connection={connection}
            onConnect={(scopes = []) => {
              flow.start(askedFor(scopes, integration), connection)
            }}
          />
        </Suspense>
      </PanelBoundary>
    </div>
  )
}

type SetUrl = ReturnType<typeof useUrlState>[1]

/** A link of the page names its account, so that it never shows another one. */
function useAccountInAddress(connection: Connection | null, portal: string | null, setUrl: SetUrl): void {
  const portalId = connection?.portal_id ?? null
  useEffect(() => {
    if (portal === null && portalId !== null) setUrl({ portal: portalId }, 'replace')
  }, [portal, portalId, setUrl])
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

/** The account that the address names; without one, the first. Null when it is not connected. */
export function chosenConnection(connections: readonly Connection[], portalId: string | null): Connection | null {
  if (portalId === null) return connections[0] ?? null
  return connections.find((connection) => connection.portal_id === portalId) ?? null
}
