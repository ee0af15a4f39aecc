/** The record the address names: in the drawer, with its neighbours in the table's order. */
import { useQueryClient } from '@tanstack/react-query'
import { Suspense, useCallback } from 'react'
import { lazyPart } from '../../components/panel-boundary'
import type { Connection, Item } from '../../api/types'
import type { IntegrationDescriptor } from '../descriptor'
import type { AccountLoad } from '../load/account-load'
import { propertyLabels } from './columns'
import { MissingItem } from './missing-item'
import { recordIdOf, tabOf, type TypeTab } from './object-types'
import { findInPages } from './pages'
import type { Records } from './use-records'

const ItemDrawer = lazyPart(async () => (await import('./item-drawer')).ItemDrawer)

interface OpenedItemProps {
  readonly id: string | null
  readonly descriptor: IntegrationDescriptor
  readonly connection: Connection
  readonly records: Records
  readonly load: AccountLoad
  readonly rows: readonly Item[]
  readonly tabs: readonly TypeTab[]
  readonly onOpenItem: (id: string) => void
  readonly onLoad: () => void
  readonly onClose: () => void
}

export function OpenedItem(props: OpenedItemProps) {
  const { id, descriptor, connection, records, load, rows, tabs, onOpenItem, onLoad, onClose } = props
  const cache = useQueryClient()
  const find = useCallback(
    (wanted: string) => load.find(wanted) ?? findInPages(cache, connection.connection_id, wanted),
    [load, cache, connection.connection_id],
  )
  const item = id === null ? null : (find(id) ?? null)
  const index = id === null ? -1 : rows.findIndex((row) => row.id === id)
  const type = id === null ? undefined : tabOf(id, tabs)
  const typeId = type?.typeId ?? null
  const url = id !== null && typeId !== null ? descriptor.recordUrl?.(connection, typeId, recordIdOf(id)) : null
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
        missing={
          <MissingItem records={records} load={load} vendor={descriptor.label} url={url ?? null} onLoad={onLoad} />
        }
      />
    </Suspense>
  )
}
