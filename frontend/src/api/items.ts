/** The records of one object type, page by page. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import { getJson } from './client'
import type { ItemsPage } from './types'

const PAGE_SIZE = 100

export function itemsQuery(provider: string, connectionId: string, objectType: string) {
  return infiniteQueryOptions({
    queryKey: ['connection', connectionId, 'items', objectType],
    queryFn: ({ pageParam, signal }) =>
      getJson<ItemsPage>(
        `/integrations/${provider}/items`,
        { connection_id: connectionId, object_types: objectType, limit: PAGE_SIZE, after: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    // A window that regains focus must not read every loaded page again; the reload button does.
    staleTime: Infinity,
    refetchOnReconnect: false,
  })
}
