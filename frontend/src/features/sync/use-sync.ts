/** The state of a connection's sync, kept current by the service's stream of states. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { syncQuery, watchSync } from '../../api/sync'

/** `wanted` false requests nothing: the service reports a connection without sync as an error. */
export function useSync(provider: string, connectionId: string, wanted = true) {
  const cache = useQueryClient()
  const query = useQuery({ ...syncQuery({ provider, connectionId }), enabled: wanted })
  const isOn = wanted && query.data !== null && query.data !== undefined
  useEffect(() => {
    if (!isOn) return
    const target = { provider, connectionId }
    return watchSync(target, (state) => {
      cache.setQueryData(syncQuery(target).queryKey, state)
    })
  }, [cache, provider, connectionId, isOn])
  return query
}
