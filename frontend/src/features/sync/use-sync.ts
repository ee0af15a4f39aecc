/** The state of a connection's sync. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { syncQuery, watchSync } from '../../api/sync'
import { whileVisible } from '../../lib/while-visible'

interface SyncRequest {
  readonly provider: string
  readonly connectionId: string
  /** The service reports a sync that is off as an error: nothing is requested then. */
  readonly on: boolean
  /** Kept current by the service's stream of states. */
  readonly live: boolean
}

export function useSync({ provider, connectionId, on, live }: SyncRequest) {
  const cache = useQueryClient()
  const query = useQuery({ ...syncQuery({ provider, connectionId }), enabled: on })
  const isWatched = on && live && query.data !== null && query.data !== undefined
  useEffect(() => {
    if (!isWatched) return
    const target = { provider, connectionId }
    return whileVisible(() =>
      watchSync(target, {
        onState: (state) => {
          cache.setQueryData(syncQuery(target).queryKey, state)
        },
        onRefused: () => void cache.invalidateQueries({ queryKey: syncQuery(target).queryKey }),
      }),
    )
  }, [cache, provider, connectionId, isWatched])
  return query
}
