/** The records of one connection: a tab for each type and the overview, and how far the load of everything is. */
import { Tabs } from '@base-ui/react/tabs'
import { useQueryClient } from '@tanstack/react-query'
import { Suspense, useEffect } from 'react'
import { lazyPart, PanelBoundary } from '../../components/panel-boundary'
import { integrationsQuery } from '../../api/integrations'
import { affectsConnections } from '../../api/query-client'
import { UNARRANGED } from '../../api/items'
import type { Connection, Integration } from '../../api/types'
import { refreshValues } from '../../api/values'
import { useDismissals } from '../../lib/dismissed'
import { strings } from '../../lib/strings'
import { recallTable } from '../../lib/table-memory'
import { useUrlState } from '../../lib/url-state'
import { useTitle } from '../../lib/use-title'
import { connectionName } from '../connection-name'
import type { IntegrationDescriptor } from '../descriptor'
import type { AccountLoad } from '../load/account-load'
import { LoadFooter } from '../load/load-footer'
import { isOver } from '../load/load-state'
import { useLoad } from '../load/use-load'
import { OverviewSkeleton } from '../overview/overview-skeleton'
import { loadableTypes, tabOf, totalOf, typeTabs } from './object-types'
import { usePreload } from './pages'
import { tableKey } from './table-key'
import { useSync } from '../sync/use-sync'
import { TypePanel } from './type-panel'
import { OVERVIEW, SYNC, TypeTabs } from './type-tabs'
import { UnknownType } from './unknown-type'
import { useObjectTypes } from './use-object-types'
import { Warnings } from './warnings'

/** Accounts up to this size are loaded by themselves: that costs the account about 50 requests. */
const AUTO_LOAD_RECORDS = 5_000

const FreshChanges = lazyPart(async () => (await import('../sync/fresh-changes')).FreshChanges)
const SyncPanel = lazyPart(async () => (await import('../sync/sync-panel')).SyncPanel)
const Overview = lazyPart(async () => (await import('../overview/overview')).Overview)

interface ItemsViewProps {
  readonly integration: Integration
  readonly descriptor: IntegrationDescriptor
  readonly connection: Connection
  readonly onConnect: (scopes?: readonly string[]) => void
}

export function ItemsView({ integration, descriptor, connection, onConnect }: ItemsViewProps) {
  const [url, setUrl] = useUrlState()
  const cache = useQueryClient()
  const target = { provider: integration.id, connectionId: connection.connection_id }
  const load = useLoad(target.provider, target.connectionId)
  const offered = useObjectTypes(target.provider, target.connectionId)
  const { types, asking, counting, uncounted, recount } = offered
  const tabs = typeTabs(integration, types)
  const current = url.type === null ? tabs[0] : tabOf(tabs, url.type)
  const connected = connection.status === 'connected'
  const dismissals = useDismissals(connection.connection_id)
  const total = types ? totalOf(tabs) : null
  const small = total !== null && total <= AUTO_LOAD_RECORDS
  const startLoad = () => void load.start(loadableTypes(tabs))
  const { plan, phase, receipt, problem } = load.state
  const { data: sync, isPending: isAsking } = useSync({
    ...target,
    on: connection.sync,
    // Later the change feed tells what is new.
    live: phase === 'done' && plan?.source !== 'mirror',
  })
  const synced = Object.keys(sync?.object_types ?? {})
  const stored = synced.length > 0 && sync?.as_of != null
  const isNewerStored =
    isNewer(sync?.as_of, load) && Object.keys(load.state.types).every((type) => synced.includes(type))

  const wholeSoon = (small || stored || counting || (connection.sync && isAsking)) && !isOver(load.state)
  useEffect(() => {
    if (load.state.phase !== 'idle' || !connected) return
    // The state tells whether stored records can answer.
    if (connection.sync && isAsking) return
    if (stored || small) void load.start(stored ? synced : loadableTypes(tabs), stored)
  })
  useEffect(() => {
    // From then on changes can be followed.
    if (isNewerStored) void load.start(synced, true)
  })
  const isAgain = phase === 'planning' && tabs.some((tab) => load.rowsOf(tab.name).count > 0)
  useEffect(() => {
    if (isAgain) refreshValues(cache, connection.connection_id)
  }, [cache, connection.connection_id, isAgain])
  useEffect(() => {
    // What is missing may be due to access that was revoked.
    if (receipt?.complete === false || affectsConnections(problem)) void cache.invalidateQueries(integrationsQuery)
  }, [cache, problem, receipt])
  usePreload(
    tabs
      .filter((tab) => tab.readable && tab !== current && isDefault(integration, tab.name))
      .map((tab) => ({ ...target, objectType: tab.name, ...UNARRANGED })),
    types !== undefined && !counting && connected && !small,
  )

  useTitle(url.view === null ? (current?.label ?? null) : strings[url.view].title, connectionName(connection))
  if (tabs.length === 0) return null
  return (
    <Tabs.Root
      className="items card"
      render={<section aria-label={strings.items.title} id="records" tabIndex={-1} />}
      value={url.view ?? current?.name ?? null}
      onValueChange={(name: string) => {
        if (name === OVERVIEW || name === SYNC) setUrl({ view: name, item: null })
        else setUrl({ view: null, type: name, ...recallTable(tableKey(connection, name)) })
      }}
    >
      <TypeTabs
        tabs={tabs}
        load={load}
        connection={connection}
        hasOthers={integration.connections.length > 1}
        counting={counting}
      />
      {tabs.map((tab) => (
        <Tabs.Panel key={tab.name} value={tab.name} className="panel">
          {tab === current && url.view === null && (
            <PanelBoundary>
              <TypePanel
                key={tab.name}
                integration={integration}
                descriptor={descriptor}
                connection={connection}
                tab={tab}
                tabs={tabs}
                load={load}
                wholeSoon={wholeSoon}
                onReload={startLoad}
                onConnect={onConnect}
              />
            </PanelBoundary>
          )}
        </Tabs.Panel>
      ))}
      {!current && url.view === null && <UnknownType {...target} asking={asking} itemId={url.item} />}
      <Tabs.Panel value={OVERVIEW} className="panel">
        {url.view === OVERVIEW && (
          <PanelBoundary>
            <Suspense fallback={<OverviewSkeleton />}>
              <Overview descriptor={descriptor} tabs={tabs} load={load} counting={counting} onLoad={startLoad} />
            </Suspense>
          </PanelBoundary>
        )}
      </Tabs.Panel>
      <Tabs.Panel value={SYNC} className="panel">
        {url.view === SYNC && (
          <PanelBoundary>
            <Suspense fallback={null}>
              <SyncPanel connection={connection} provider={integration.id} tabs={tabs} onConnect={onConnect} />
            </Suspense>
          </PanelBoundary>
        )}
      </Tabs.Panel>
      {/* What comes later by itself stands below the rows: above, it would move them from under the pointer. */}
      <Warnings
        title={strings.items.typesWarningTitle}
        warnings={offered.warnings}
        onGrant={onConnect}
        dismissals={dismissals}
      />
      {connection.sync && phase === 'done' && plan?.changes_after && (
        <PanelBoundary compact>
          <Suspense fallback={null}>
            <FreshChanges
              {...target}
              load={load}
              after={plan.changes_after}
              onReload={() => void load.start(synced, true)}
            />
          </Suspense>
        </PanelBoundary>
      )}
      <LoadFooter
        load={load}
        tabs={tabs}
        vendor={descriptor.label}
        asking={asking}
        counting={counting}
        able={connected}
        onRecount={uncounted && connected ? recount : null}
        onStart={startLoad}
      />
    </Tabs.Root>
  )
}

/** Whether stored records are newer than those that were read from the vendor. */
function isNewer(asOf: string | null | undefined, load: AccountLoad): boolean {
  const { phase, plan } = load.state
  return phase === 'done' && plan?.source === 'live' && asOf != null && Date.parse(asOf) > load.readAt
}

function isDefault(integration: Integration, name: string): boolean {
  return integration.object_types.some((type) => type.name === name && type.default)
}
