/** Records of one type from one source, and pages as such a set. */
import type { Item, ItemWarning } from '../../api/types'
import { problemOf, type Problem } from '../../lib/problem'
import type { Pages } from './pages'

export interface RecordSet {
  readonly from: 'search' | 'load' | 'pages'
  /** Only the first `count` count. */
  readonly items: readonly Item[]
  readonly count: number
  /** Nothing is known yet. */
  readonly pending: boolean
  /** Why there is nothing to show. */
  readonly problem: Problem | null
  /** Why what is shown could not be read again. */
  readonly staleProblem: Problem | null
  readonly warnings: readonly ItemWarning[]
  readonly more: More | null
  /** All records of the type are here: what is sorted and filtered is the whole. */
  readonly complete: boolean
  /** Stored records are at least as new as this (ISO 8601); null for records read from the vendor. */
  readonly asOf: string | null
  /** When they were requested. Milliseconds, as Date.now(). */
  readonly readAt: number
  readonly reloading: boolean
  readonly reload: () => void
}

/** There are further pages. */
export interface More {
  readonly load: () => void
  readonly loading: boolean
  readonly problem: Problem | null
}

export function recordsOf(pages: Pages, from: 'search' | 'pages', reload: () => void): RecordSet {
  const { query, items, warnings } = pages
  const firstFailed = query.data === undefined && query.isError
  const moreProblem = query.isFetchNextPageError && !query.isFetchingNextPage ? problemOf(query.error) : null
  return {
    from,
    items,
    count: items.length,
    pending: query.isPending,
    problem: firstFailed ? problemOf(query.error) : null,
    staleProblem: query.isRefetchError ? problemOf(query.error) : null,
    warnings,
    more: query.hasNextPage
      ? {
          // A position that is no longer accepted leads nowhere.
          load: moreProblem?.code === 'invalid_cursor' ? reload : () => void query.fetchNextPage(),
          loading: query.isFetchingNextPage,
          problem: moreProblem,
        }
      : null,
    complete: from === 'pages' && areAll(pages),
    asOf: query.data?.pages[0]?.as_of ?? null,
    readAt: query.dataUpdatedAt,
    reloading: query.isFetching && !query.isPending && !query.isFetchingNextPage,
    reload,
  }
}

/** Whether the last page was read. */
export function areAll({ query }: Pick<Pages, 'query'>): boolean {
  return query.data !== undefined && !query.hasNextPage
}
