/** The record that the address names: in the panel, with its neighbors in the table's order. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { itemQuery } from '../../api/item'
import type { Connection, Item } from '../../api/types'
import { problemOf } from '../../lib/problem'
import { useStacked } from '../../lib/use-narrow'
import type { IntegrationDescriptor } from '../descriptor'
import type { AccountLoad } from '../load/account-load'
import { defaultColumns } from './columns'
import { MissingItem } from './missing-item'
import { recordIdOf, type TypeTab } from './object-types'
import { findInPages } from './pages'
import { RecordPanel } from './record-panel'
import type { Records } from './use-records'

interface OpenedRecordProps {
  readonly id: string
  readonly descriptor: IntegrationDescriptor
  readonly connection: Connection
  readonly records: Records
  readonly load: AccountLoad
  readonly rows: readonly Item[]
  readonly tab: TypeTab
  /** All of the account. */
  readonly tabs: readonly TypeTab[]
  /** It was opened by the keyboard. */
  readonly byKeyboard: boolean
  readonly onOpenItem: (id: string, type?: string) => void
  readonly onLoad: () => void
  readonly onClose: () => void
}

export function OpenedRecord(props: OpenedRecordProps) {
  const { id, descriptor, connection, records, load, rows, tab, tabs, byKeyboard, onOpenItem, onLoad, onClose } = props
  const cache = useQueryClient()
  const covers = useStacked()
  const find = useCallback(
    (wanted: string) => load.find(wanted) ?? findInPages(cache, connection.connection_id, wanted),
    [load, cache, connection.connection_id],
  )
  const loaded = find(id) ?? null
  const request = { provider: descriptor.id, connectionId: connection.connection_id, itemId: id }
  const { singles = false } = descriptor
  const isMissing = loaded === null && singles && connection.status === 'connected'
  const fetched = useQuery({ ...itemQuery(request), enabled: isMissing })
  const [allOf, setAllOf] = useState<string | null>(null)
  const modifiedAt = loaded?.last_modified_time ?? null
  const all = useQuery({ ...itemQuery({ ...request, properties: '*', modifiedAt }), enabled: allOf === id })
  const item = (allOf === id ? all.data : null) ?? loaded ?? fetched.data ?? null
  const index = rows.findIndex((row) => row.id === id)
  const recordId = recordIdOf(id, tab)
  const url = tab.typeId !== null && recordId !== null ? descriptor.recordUrl?.(connection, tab.typeId, recordId) : null
  return (
    <RecordPanel
      item={item}
      descriptor={descriptor}
      columns={defaultColumns(descriptor, tab.name, tab, item ?? undefined)}
      properties={tab.properties}
      tabs={tabs}
      find={find}
      previous={index > 0 ? (rows[index - 1]?.id ?? null) : null}
      next={index >= 0 ? (rows[index + 1]?.id ?? null) : null}
      takesFocus={byKeyboard || covers}
      onOpenItem={onOpenItem}
      onClose={onClose}
      earlier={load.seen.find(id)}
      history={descriptor.histories && connection.status === 'connected' ? request : null}
      allProperties={{
        loaded: !singles || (all.data !== undefined && allOf === id),
        loading: all.isFetching,
        problem: all.error && problemOf(all.error),
        load: () => {
          setAllOf(id)
          if (all.isError) void all.refetch()
        },
      }}
      missing={
        <MissingItem
          coming={fetched.isFetching}
          problem={fetched.error && problemOf(fetched.error)}
          onRetry={() => void fetched.refetch()}
          records={records}
          load={load}
          vendor={descriptor.label}
          url={url ?? null}
          onLoad={onLoad}
        />
      }
    />
  )
}
