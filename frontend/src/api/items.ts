/** The records of one object type, page by page. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'
import type { ItemsPage } from './types'

const PAGE_SIZE = 100
/** Stored records up to a day old are shown at once, with their age; without sync the vendor answers. */
export const STORED_MAX_AGE_S = 86_400

const live = new Set<string>()

/** From now on the pages of this type are read from the vendor: the user asked for current records. */
export function readLive(connectionId: string, objectType: string): void {
  live.add(`${connectionId} ${objectType}`)
}

/** Whether stored records may answer. */
function mayBeStored({ connectionId, objectType, q, properties }: PageRequest): boolean {
  return q === null && properties === undefined && !live.has(`${connectionId} ${objectType}`)
}

export interface PageRequest {
  readonly provider: string
  readonly connectionId: string
  readonly objectType: string
  /** Answered by the vendor's own search. */
  readonly q: string | null
  /** Only these properties, without associations; the usual ones when left out. */
  readonly properties?: string
}

export function itemsQuery(request: PageRequest) {
  const { provider, connectionId, objectType, q, properties } = request
  return infiniteQueryOptions({
    queryKey: ['connection', connectionId, properties === undefined ? 'items' : 'values', objectType, q, properties],
    queryFn: ({ pageParam, signal }) =>
      answerOf<ItemsPage>(
        api.GET('/integrations/{provider}/items', {
          params: {
            path: { provider },
            query: {
              connection_id: connectionId,
              object_types: objectType,
              limit: PAGE_SIZE,
              ...(pageParam === null ? {} : { after: pageParam }),
              ...(q === null ? {} : { q }),
              ...(mayBeStored(request) ? { max_age: STORED_MAX_AGE_S } : {}),
              ...(properties === undefined ? {} : { properties, associations: false }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    // A window that regains focus must not read every loaded page again; the reload button does.
    staleTime: Infinity,
    refetchOnReconnect: false,
  })
}
