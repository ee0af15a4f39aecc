/**
 * The records of one type, wherever they come from: the vendor's search, the load of everything, or pages.
 *
 * Pages come first because they are quick; the load takes over as soon as it has as much.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { integrationsQuery } from '../../api/integrations'
import { readLive } from '../../api/items'
import type { Connection, Integration, Item, ItemWarning } from '../../api/types'
import { problemOf, type Problem } from '../../lib/problem'
import type { AccountLoad } from '../load/account-load'
import { isActive } from '../load/load-state'
import type { TypeTab } from './object-types'
import { usePages, type Pages } from './pages'

export interface Records {
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

/** A large type takes minutes. */
const RELOAD_TIMEOUT_MS = 30 * 60_000

interface RecordsRequest {
  readonly integration: Integration
  readonly connection: Connection
  readonly tab: TypeTab
  readonly load: AccountLoad
  /** What the vendor shall search for; null shows what is loaded. */
  readonly find: string | null
}

export function useRecords({ integration, connection, tab, load, find }: RecordsRequest): Records {
  const loaded = load.rowsOf(tab.name)
  const request = { provider: integration.id, connectionId: connection.connection_id, objectType: tab.name }
  const pages = usePages({ ...request, q: null }, tab.readable && loaded.count === 0)
  const found = usePages({ ...request, q: find }, tab.readable && find !== null)
  const cache = useQueryClient()
  const reload = useMutation({
    mutationKey: ['reload', connection.connection_id, tab.name],
    mutationFn: () => load.reload(tab.name, AbortSignal.timeout(RELOAD_TIMEOUT_MS)),
    // Whatever is missing may be due to access that was revoked.
    onError: () => void cache.invalidateQueries(integrationsQuery),
  })
  if (find !== null) return recordsOf(found, 'search', () => void found.query.refetch())
  const covers = loaded.count > 0 && (loaded.count >= pages.items.length || load.state.phase === 'done')
  if (!covers)
    return recordsOf(pages, 'pages', () => {
      readLive(connection.connection_id, tab.name)
      void pages.query.refetch()
    })
  return {
    from: 'load',
    items: loaded.items,
    count: loaded.count,
    pending: false,
    problem: null,
    staleProblem: reload.error && problemOf(reload.error),
    warnings: [],
    more: null,
    complete: load.isWhole(tab.name) || isWhole(pages) || (tab.total !== null && loaded.count >= tab.total),
    asOf: load.state.plan?.as_of ?? null,
    readAt: load.readAt,
    reloading: isActive(load.state) || reload.isPending,
    reload: () => {
      reload.mutate()
    },
  }
}

function recordsOf({ query, items, warnings }: Pages, from: 'search' | 'pages', reload: () => void): Records {
  const firstFailed = query.data === undefined && query.isError
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
          load: () => void query.fetchNextPage(),
          loading: query.isFetchingNextPage,
          problem: query.isFetchNextPageError && !query.isFetchingNextPage ? problemOf(query.error) : null,
        }
      : null,
    complete: from === 'pages' && isWhole({ query }),
    asOf: query.data?.pages[0]?.as_of ?? null,
    readAt: query.dataUpdatedAt,
    reloading: query.isFetching && !query.isPending && !query.isFetchingNextPage,
    reload,
  }
}

function isWhole({ query }: Pick<Pages, 'query'>): boolean {
  return query.data !== undefined && !query.hasNextPage
}
