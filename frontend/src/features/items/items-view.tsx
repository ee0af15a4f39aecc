/** The records of one connection: a tab for each type, the table of the chosen one, the opened record. */
import { Tabs } from '@base-ui/react/tabs'
import { useQuery } from '@tanstack/react-query'
import { objectTypesQuery } from '../../api/integrations'
import type { Connection, Integration } from '../../api/types'
import { strings } from '../../lib/strings'
import { useUrlState } from '../../lib/url-state'
import type { IntegrationDescriptor } from '../descriptor'
import { typeTabs } from './object-types'
import { TypePanel } from './type-panel'
import { TypeTabs } from './type-tabs'
import { usePreload } from './use-items'

interface ItemsViewProps {
  readonly integration: Integration
  readonly descriptor: IntegrationDescriptor
  readonly connection: Connection
  readonly onConnect: (scopes?: readonly string[]) => void
}

export function ItemsView({ integration, descriptor, connection, onConnect }: ItemsViewProps) {
  const [url, setUrl] = useUrlState()
  const offered = useQuery(objectTypesQuery(integration.id, connection.connection_id))
  const tabs = typeTabs(integration, offered.data)
  const current = tabs.find((tab) => tab.name === url.type) ?? tabs[0]
  const others = tabs.filter((tab) => tab.readable && tab !== current && isDefault(integration, tab.name))
  usePreload(
    integration.id,
    connection.connection_id,
    others.map((tab) => tab.name),
    offered.isSuccess && connection.status === 'connected',
  )
  if (!current) return null
  return (
    <Tabs.Root
      className="items card"
      render={<section aria-label={strings.items.title} id="records" tabIndex={-1} />}
      value={current.name}
      onValueChange={(name: string) => {
        setUrl({ type: name, item: null, q: '', sort: null })
      }}
    >
      <TypeTabs tabs={tabs} />
      {tabs.map((tab) => (
        <Tabs.Panel key={tab.name} value={tab.name} className="panel">
          {tab === current && (
            <TypePanel
              key={`${connection.connection_id} ${tab.name}`}
              integration={integration}
              descriptor={descriptor}
              connection={connection}
              tab={tab}
              tabs={tabs}
              onConnect={onConnect}
            />
          )}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  )
}

function isDefault(integration: Integration, name: string): boolean {
  return integration.object_types.some((type) => type.name === name && type.default)
}
