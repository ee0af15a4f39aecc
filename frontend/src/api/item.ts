/** One record by its item id. */
import { queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'
import type { Item } from './types'

interface ItemRequest {
  readonly provider: string
  readonly connectionId: string
  readonly itemId: string
  /** `*` for all properties; the usual ones when left out. */
  readonly properties?: '*'
}

export function itemQuery({ provider, connectionId, itemId, properties }: ItemRequest) {
  return queryOptions({
    queryKey: ['connection', connectionId, 'item', itemId, properties],
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
