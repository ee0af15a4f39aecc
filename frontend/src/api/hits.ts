/** The first records of one type that the vendor's search finds, for a user who is still typing. */
import { queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'
import type { PageRequest } from './items'
import type { ItemsPage } from './types'

const MAX_HITS = 5

type HitsRequest = Pick<PageRequest, 'provider' | 'connectionId' | 'objectType'> & { readonly q: string }

export function hitsQuery({ provider, connectionId, objectType, q }: HitsRequest) {
  return queryOptions({
    queryKey: ['connection', connectionId, 'hits', objectType, q],
    queryFn: ({ signal }) => {
      const path = { provider }
      const query = { connection_id: connectionId, object_types: objectType, q, limit: MAX_HITS }
      return answerOf<ItemsPage>(api.GET('/integrations/{provider}/items', { params: { path, query }, signal }))
    },
  })
}
