/** The record the address names: in the drawer, with its neighbours in the table's order. */
import { useQueryClient } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { lazy, Suspense, useCallback } from 'react'
import type { Item } from '../../api/types'
import { Button } from '../../components/button'
import { Face } from '../../components/face'
import { Skeleton } from '../../components/skeleton'
import { strings } from '../../lib/strings'
import type { IntegrationDescriptor } from '../descriptor'
import type { AccountLoad } from '../load/account-load'
import { isActive } from '../load/load-state'
import { propertyLabels } from './columns'
import type { TypeTab } from './object-types'
import { findInPages } from './pages'
import type { Records } from './use-records'

const ItemDrawer = lazy(async () => ({ default: (await import('./item-drawer')).ItemDrawer }))

interface OpenedItemProps {
  readonly id: string | null
  readonly descriptor: IntegrationDescriptor
  readonly connectionId: string
  readonly records: Records
  readonly load: AccountLoad
  readonly rows: readonly Item[]
  readonly tabs: readonly TypeTab[]
  readonly onOpenItem: (id: string) => void
  readonly onClose: () => void
}

export function OpenedItem(props: OpenedItemProps) {
  const { id, descriptor, connectionId, records, load, rows, tabs, onOpenItem, onClose } = props
  const cache = useQueryClient()
  const find = useCallback(
    (wanted: string) => load.find(wanted) ?? findInPages(cache, connectionId, wanted),
    [load, cache, connectionId],
  )
  const item = id === null ? null : (find(id) ?? null)
  const index = id === null ? -1 : rows.findIndex((row) => row.id === id)
  const type = tabs.find((tab) => tab.itemType === item?.type)
  return (
    <Suspense fallback={null}>
      <ItemDrawer
        open={id !== null}
        item={item}
        descriptor={descriptor}
        labels={propertyLabels(type)}
        find={find}
        previous={index > 0 ? (rows[index - 1]?.id ?? null) : null}
        next={index >= 0 ? (rows[index + 1]?.id ?? null) : null}
        onOpenItem={onOpenItem}
        onClose={onClose}
        missing={<Missing records={records} busy={isActive(load.state)} />}
      />
    </Suspense>
  )
}

function Missing({ records, busy }: { readonly records: Records; readonly busy: boolean }) {
  if (records.pending || busy) {
    return (
      <div className="drawer-skeleton">
        <Skeleton width="70%" height="1.6rem" />
        <Skeleton width="40%" />
        <Skeleton width="90%" />
        <Skeleton width="80%" />
      </div>
    )
  }
  const more = records.more && (
    <Button disabled={records.more.loading} onClick={records.more.load}>
      {records.more.loading ? strings.items.loadingMore : strings.items.loadMore}
    </Button>
  )
  return (
    <Face icon={<SearchX />} title={strings.detail.missingTitle} actions={more}>
      <p>{strings.detail.missingText}</p>
    </Face>
  )
}
