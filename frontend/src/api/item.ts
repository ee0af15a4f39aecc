/** One record by its item id, and the values that its properties had. */
import { queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'
import type { Item } from './types'

interface ItemRequest {
  readonly provider: string
  readonly connectionId: string
  readonly itemId: string
  /** `*` for all properties; the usual ones when left out. */
  readonly properties?: '*'
  /** When the record was last modified, as far as it is known: a later change is read again. */
  readonly modifiedAt?: string | null
}

export function itemQuery({ provider, connectionId, itemId, properties, modifiedAt = null }: ItemRequest) {
  return queryOptions({
    queryKey: ['connection', connectionId, 'item', itemId, properties, modifiedAt],
    queryFn: async ({ signal }) => {
      const path = { provider, item_id: itemId }
      const query = { connection_id: connectionId, ...(properties === undefined ? {} : { properties }) }
      const { item } = await answerOf<{ item: Item }>(
        api.GET('/integrations/{provider}/items/{item_id}', { params: { path, query }, signal }),
      )
      return item
    },
  })
}

export type PropertyHistory = NonNullable<Item['property_history']>

interface HistoryRequest extends Omit<ItemRequest, 'properties' | 'modifiedAt'> {
  /** By name; 20 at most. */
  readonly properties: readonly string[]
  /** When the record was last modified: a later change is read again. */
  readonly modifiedAt: string | null
}

/** Null when the vendor cannot send what these properties of the record were. */
export function historyQuery({ provider, connectionId, itemId, properties, modifiedAt }: HistoryRequest) {
  return queryOptions({
    queryKey: ['connection', connectionId, 'history', itemId, properties, modifiedAt],
    queryFn: async ({ signal }) => {
      const path = { provider, item_id: itemId }
      const query = {
        connection_id: connectionId,
        property_history: properties.join(','),
        associations: false,
        fields: 'property_history',
      }
      const { item } = await answerOf<{ item: Pick<Item, 'property_history'> }>(
        api.GET('/integrations/{provider}/items/{item_id}', { params: { path, query }, signal }),
      )
      return item.property_history
    },
  })
}
