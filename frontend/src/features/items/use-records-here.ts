/**
 * The records of one type that are here, from the load of everything or from pages.
 *
 * Pages come first because they are quick; the load takes over as soon as it has as much.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { integrationsQuery } from '../../api/integrations'
import { readLive, type PageRequest } from '../../api/items'
import { refreshValues } from '../../api/values'
import { problemOf } from '../../lib/problem'
import type { AccountLoad } from '../load/account-load'
import { isActive } from '../load/load-state'
import type { TypeTab } from './object-types'
import { usePages } from './pages'
import { areAll, recordsOf, type RecordSet } from './record-set'

/** A large type takes minutes. */
const RELOAD_TIMEOUT_MS = 30 * 60_000

export function useRecordsHere(request: PageRequest, tab: TypeTab, load: AccountLoad): RecordSet {
  const { connectionId, objectType } = request
  const loaded = load.rowsOf(tab.name)
  const pages = usePages(request, tab.readable && loaded.count === 0)
  const cache = useQueryClient()
  const reload = useMutation({
    mutationKey: ['reload', connectionId, objectType],
    mutationFn: () => load.reload(objectType, AbortSignal.timeout(RELOAD_TIMEOUT_MS)),
    // Whatever is missing may be due to access that was revoked.
    onError: () => void cache.invalidateQueries(integrationsQuery),
  })
  const covers = loaded.count > 0 && (loaded.count >= pages.items.length || load.state.phase === 'done')
  if (!covers)
    return recordsOf(pages, 'pages', () => {
      readLive(connectionId, objectType)
      refreshValues(cache, connectionId, objectType)
      void pages.query.refetch()
    })
  return {
    from: 'load',
    items: loaded.items,
    count: loaded.count,
    pending: false,
    problem: null,
    // A load of everything may have read them since.
    staleProblem: reload.error && loaded.readAt <= reload.submittedAt ? problemOf(reload.error) : null,
    warnings: [],
    more: null,
    complete: loaded.whole || areAll(pages) || (tab.total !== null && loaded.count >= tab.total),
    asOf: loaded.asOf,
    readAt: loaded.readAt,
    reloading: isActive(load.state) || reload.isPending,
    reload: () => {
      refreshValues(cache, connectionId, objectType)
      reload.mutate()
    },
  }
}
