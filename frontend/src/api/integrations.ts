/** The registered integrations with the caller's connections, and what can be read from one. */
import { queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { announceDisconnected } from '../lib/connections-channel'
import { answerOf, api } from './client'
import type { Integration, ObjectTypeList } from './types'

export const integrationsQuery = queryOptions({
  queryKey: ['integrations'],
  queryFn: async ({ signal }) => {
    const { integrations } = await answerOf<{ integrations: Integration[] }>(api.GET('/integrations', { signal }))
    return integrations
  },
})

/** Counting takes the vendor some seconds: `totals` false answers at once, every total null. */
export function objectTypesQuery(provider: string, connectionId: string, totals: boolean) {
  return queryOptions({
    queryKey: ['connection', connectionId, 'object-types', totals],
    queryFn: ({ signal }) => {
      const params = { path: { provider }, query: { connection_id: connectionId, ...(totals ? {} : { totals }) } }
      return answerOf<ObjectTypeList>(api.GET('/integrations/{provider}/object-types', { params, signal }))
    },
  })
}

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
      const path = { provider, connection_id: connectionId }
      await answerOf(api.DELETE('/integrations/{provider}/credentials/{connection_id}', { params: { path } }))
    },
    onSuccess: async (_, connectionId) => {
      forgetConnection(cache, connectionId)
      announceDisconnected(connectionId)
      onGone(connectionId)
      await cache.invalidateQueries(integrationsQuery)
    },
  })
}

/** Removes it from the cache without a request. */
export function forgetConnection(cache: QueryClient, connectionId: string): void {
  cache.setQueryData(integrationsQuery.queryKey, (known) =>
    known?.map((integration) => without(integration, connectionId)),
  )
  cache.removeQueries({ queryKey: ['connection', connectionId] })
}

function without(integration: Integration, connectionId: string): Integration {
  const connections = integration.connections.filter((connection) => connection.connection_id !== connectionId)
  return { ...integration, connections }
}
