/**
 * The records of one type, wherever they come from: the vendor's search, the load of everything, or pages.
 *
 * Pages come first because they are quick; the load takes over as soon as it has as much.
 */
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
  readonly reloading: boolean
  readonly reload: () => void
}

/** There are further pages. */
export interface More {
  readonly load: () => void
  readonly loading: boolean
  readonly problem: Problem | null
}

interface RecordsRequest {
  readonly integration: Integration
  readonly connection: Connection
  readonly tab: TypeTab
  readonly load: AccountLoad
  readonly onReload: () => void
  /** What the vendor shall search for; null shows what is loaded. */
  readonly find: string | null
}

export function useRecords({ integration, connection, tab, load, onReload, find }: RecordsRequest): Records {
  const loaded = load.rowsOf(tab.name)
  const request = { provider: integration.id, connectionId: connection.connection_id, objectType: tab.name }
  const pages = usePages({ ...request, q: null }, tab.readable && loaded.count === 0)
  const found = usePages({ ...request, q: find }, tab.readable && find !== null)
  if (find !== null) return recordsOf(found, 'search')
  const covers = loaded.count > 0 && (loaded.count >= pages.items.length || load.state.phase === 'done')
  if (!covers) return recordsOf(pages, 'pages')
  return {
    from: 'load',
    items: loaded.items,
    count: loaded.count,
    pending: false,
    problem: null,
    staleProblem: null,
    warnings: [],
    more: null,
    reloading: isActive(load.state),
    reload: onReload,
  }
}

function recordsOf({ query, items, warnings }: Pages, from: 'search' | 'pages'): Records {
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
    reloading: query.isFetching && !query.isPending && !query.isFetchingNextPage,
    reload: () => void query.refetch(),
  }
}
