/** The record the address names: in the drawer, with its neighbours in the table's order. */
import { SearchX } from 'lucide-react'
import type { Connection } from '../../api/types'
import { Button } from '../../components/button'
import { Face } from '../../components/face'
import { Skeleton } from '../../components/skeleton'
import { strings } from '../../lib/strings'
import type { IntegrationDescriptor } from '../descriptor'
import { ItemDrawer } from './item-drawer'
import type { ItemRow } from './table-model'
import { useLoadedItems, type ItemsQuery } from './use-items'

interface OpenedItemProps {
  readonly id: string | null
  readonly descriptor: IntegrationDescriptor
  readonly connection: Connection
  readonly query: ItemsQuery
  readonly rows: readonly ItemRow[]
  readonly onOpenItem: (id: string) => void
  readonly onClose: () => void
}

export function OpenedItem({ id, descriptor, connection, query, rows, onOpenItem, onClose }: OpenedItemProps) {
  const loaded = useLoadedItems(connection.connection_id)
  const index = id === null ? -1 : rows.findIndex((row) => row.id === id)
  return (
    <ItemDrawer
      open={id !== null}
      item={id === null ? null : (loaded.get(id) ?? null)}
      descriptor={descriptor}
      loaded={loaded}
      previous={index > 0 ? (rows[index - 1]?.id ?? null) : null}
      next={index >= 0 ? (rows[index + 1]?.id ?? null) : null}
      onOpenItem={onOpenItem}
      onClose={onClose}
      missing={<Missing query={query} />}
    />
  )
}

function Missing({ query }: { readonly query: ItemsQuery }) {
  if (query.isPending) {
    return (
      <div className="drawer-skeleton">
        <Skeleton width="70%" height="1.6rem" />
        <Skeleton width="40%" />
        <Skeleton width="90%" />
        <Skeleton width="80%" />
      </div>
    )
  }
  const more = query.hasNextPage && (
    <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      {query.isFetchingNextPage ? strings.items.loadingMore : strings.items.loadMore}
    </Button>
  )
  return (
    <Face icon={<SearchX />} title={strings.detail.missingTitle} actions={more}>
      <p>{strings.detail.missingText}</p>
    </Face>
  )
}
