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
function mayBeStored({ connectionId, objectType, q, sort, filter, properties }: PageRequest): boolean {
  const searched = q !== null || sort !== null || filter !== null
  return !searched && properties === undefined && !live.has(`${connectionId} ${objectType}`)
}

export interface PageRequest {
  readonly provider: string
  readonly connectionId: string
  readonly objectType: string
  /** Answered by the vendor's own search. */
  readonly q: string | null
  /** A property, after a hyphen for descending order. The vendor's search sorts by it. */
  readonly sort: string | null
  /** Conditions in the form of the items route. The vendor's search answers them. */
  readonly filter: string | null
  /** Only these properties, without associations; the usual ones when left out. */
  readonly properties?: string
}

/** All records of a type, as the vendor has them. */
export const UNARRANGED = { q: null, sort: null, filter: null } as const satisfies Partial<PageRequest>

/** How many members of a query's key say which records it is about. */
const ABOUT = 5

/** Whether two queries have the same records, and the vendor sorted or filtered also those of the first. */
export function isRearranged(before: readonly unknown[], now: readonly unknown[]): boolean {
  const [sort, filter] = before.slice(ABOUT)
  const about = [before, now].map((key) => JSON.stringify(key.slice(0, ABOUT)))
  return (sort !== null || filter !== null) && about[0] === about[1]
}

export function itemsQuery(request: PageRequest) {
  const { provider, connectionId, objectType, q, sort, filter, properties } = request
  const content = properties === undefined ? 'items' : 'values'
  return infiniteQueryOptions({
    queryKey: ['connection', connectionId, content, objectType, q, sort, filter, properties],
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
              ...(sort === null ? {} : { sort }),
              ...(filter === null ? {} : { filter }),
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
