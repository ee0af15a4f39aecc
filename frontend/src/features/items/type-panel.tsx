/** The chosen type: filter, table, and the opened record, each with its four faces. */
import { useCallback } from 'react'
import type { Connection, Integration } from '../../api/types'
import { problemOf } from '../../lib/problem'
import { useNarrow } from '../../lib/use-narrow'
import { useUrlState, type Sort } from '../../lib/url-state'
import type { IntegrationDescriptor } from '../descriptor'
import { ItemNotices } from './item-notices'
import { ItemsToolbar } from './items-toolbar'
import { LockedFace } from './items-faces'
import type { TypeTab } from './object-types'
import { OpenedItem } from './opened-item'
import { columnSpecs, narrowSpecs } from './table-model'
import { TypeRows } from './type-rows'
import { useItems } from './use-items'
import { useItemsTable } from './use-items-table'

interface TypePanelProps {
  readonly integration: Integration
  readonly descriptor: IntegrationDescriptor
  readonly connection: Connection
  readonly tab: TypeTab
  readonly tabs: readonly TypeTab[]
  readonly onConnect: (scopes?: readonly string[]) => void
}

export function TypePanel({ integration, descriptor, connection, tab, tabs, onConnect }: TypePanelProps) {
  const [url, setUrl] = useUrlState()
  const narrow = useNarrow()
  const { query, items, warnings } = useItems(integration.id, connection.connection_id, tab.name, tab.readable)
  const allSpecs = columnSpecs(descriptor.columns[tab.name])
  const specs = narrow ? narrowSpecs(allSpecs) : allSpecs
  const onSort = useCallback(
    (sort: Sort | null) => {
      setUrl({ sort }, 'replace')
    },
    [setUrl],
  )
  const table = useItemsTable({ items, specs, filter: url.q, sort: url.sort, onSort })

  if (!tab.readable) {
    return (
      <LockedFace label={tab.label} missingScopes={tab.missingScopes} descriptor={descriptor} onGrant={onConnect} />
    )
  }
  return (
    <>
      <ItemsToolbar
        label={tab.label}
        filter={url.q}
        onFilter={(q) => {
          setUrl({ q }, 'replace')
        }}
        shown={table.getRowModel().rows.length}
        loaded={items.length}
        total={tab.total}
        reloading={query.isFetching && !query.isPending && !query.isFetchingNextPage}
        onReload={() => void query.refetch()}
      />
      <ItemNotices
        warnings={warnings}
        staleProblem={query.isRefetchError && connection.status === 'connected' ? problemOf(query.error) : null}
        onRetry={() => void query.refetch()}
        onGrant={onConnect}
      />
      <TypeRows
        query={query}
        table={table}
        tab={tab}
        connection={connection}
        specs={specs}
        allSpecs={allSpecs}
        narrow={narrow}
        filter={url.q}
        openedId={url.item}
        empty={items.length === 0}
        onClearFilter={() => {
          setUrl({ q: '' }, 'replace')
        }}
        onOpen={(id) => {
          setUrl({ item: id })
        }}
        onReconnect={onConnect}
      />
      <OpenedItem
        id={url.item}
        descriptor={descriptor}
        connection={connection}
        query={query}
        rows={table.getRowModel().rows}
        onOpenItem={(id) => {
          const type = tabs.find((other) => id.endsWith(`_${other.itemType}`))
          const moves = type && type.name !== tab.name
          setUrl(moves ? { item: id, type: type.name, q: '', sort: null } : { item: id })
        }}
        onClose={() => {
          setUrl({ item: null })
        }}
      />
    </>
  )
}
