/** The registered integrations with the caller's connections, and what can be read from one. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { getJson, sendDelete } from './client'
import type { Integration, ObjectType } from './types'

export const integrationsQuery = queryOptions({
  queryKey: ['integrations'],
  queryFn: async ({ signal }) => {
    const { integrations } = await getJson<{ integrations: Integration[] }>('/integrations', {}, signal)
    return integrations
  },
})

export function objectTypesQuery(provider: string, connectionId: string) {
  return queryOptions({
    queryKey: ['connection', connectionId, 'object-types'],
    queryFn: async ({ signal }) => {
      const path = `/integrations/${provider}/object-types`
      const { object_types } = await getJson<{ object_types: ObjectType[] }>(
        path,
        { connection_id: connectionId },
        signal,
      )
      return object_types
    },
  })
}

/** Ends a connection at both sides, then forgets everything cached of it. */
export function useDisconnect(provider: string) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (connectionId: string) => sendDelete(`/integrations/${provider}/credentials/${connectionId}`),
    onSuccess: async (_, connectionId) => {
      await cache.invalidateQueries(integrationsQuery)
      cache.removeQueries({ queryKey: ['connection', connectionId] })
    },
  })
}
