/** Ends a connection: revokes it at the vendor and deletes everything stored here. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { serviceUrl } from '../lib/base-url'
import { announceDisconnected } from '../lib/connections-channel'
import { identity } from '../lib/identity'
import { problemOf } from '../lib/problem'
import { answerOf, api, WRITE_HEADERS } from './client'
import { forgetConnection, integrationsQuery } from './integrations'

interface Disconnecting {
  /** The connection is about to end: nothing may ask for it any more. */
  readonly onEnding: (connectionId: string) => void
  readonly onGone: (connectionId: string) => void
}

/** Ends a connection at both sides, then forgets everything cached of it. */
export function useDisconnect(provider: string, { onEnding, onGone }: Disconnecting) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (connectionId: string) => {
      onEnding(connectionId)
      await cache.cancelQueries({ queryKey: ['connection', connectionId] })
      await endConnection(provider, connectionId)
    },
    onSuccess: async (_, connectionId) => {
      forgetConnection(cache, connectionId)
      announceDisconnected(connectionId)
      onGone(connectionId)
      await cache.invalidateQueries(integrationsQuery)
    },
  })
}

export async function endConnection(provider: string, connectionId: string): Promise<void> {
  const path = { provider, connection_id: connectionId }
  await answerOf(api.DELETE('/integrations/{provider}/credentials/{connection_id}', { params: { path } })).catch(
    (error: unknown) => {
      // It is gone already, as after a disconnect whose answer was lost.
      if (problemOf(error).code !== 'not_found') throw error
    },
  )
}

/** For a page that is being left: the request outlives it. Nobody reads the response. */
export function disconnectOnLeave(provider: string, connectionId: string): void {
  const query = new URLSearchParams(identity()).toString()
  const url = serviceUrl(`integrations/${provider}/credentials/${encodeURIComponent(connectionId)}`)
  void fetch(query === '' ? url : `${url}?${query}`, { method: 'DELETE', keepalive: true, headers: WRITE_HEADERS })
}
