/** The registered integrations with the caller's connections, and what can be read from one. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answerOf, api } from './client'
import type { Integration, ObjectType } from './types'

export const integrationsQuery = queryOptions({
  queryKey: ['integrations'],
  queryFn: async ({ signal }) => {
    const { integrations } = await answerOf<{ integrations: Integration[] }>(api.GET('/integrations', { signal }))
    return integrations
  },
})

export function objectTypesQuery(provider: string, connectionId: string) {
  return queryOptions({
    queryKey: ['connection', connectionId, 'object-types'],
    queryFn: async ({ signal }) => {
      const params = { path: { provider }, query: { connection_id: connectionId } }
      const { object_types } = await answerOf<{ object_types: ObjectType[] }>(
        api.GET('/integrations/{provider}/object-types', { params, signal }),
      )
      return object_types
    },
  })
}

/** Ends a connection at both sides, then forgets everything cached of it. */
export function useDisconnect(provider: string, onGone: (connectionId: string) => void) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (connectionId: string) =>
      answerOf<undefined>(
        api.DELETE('/integrations/{provider}/credentials/{connection_id}', {
          params: { path: { provider, connection_id: connectionId } },
        }),
      ),
    onSuccess: async (_, connectionId) => {
      await cache.invalidateQueries(integrationsQuery)
      cache.removeQueries({ queryKey: ['connection', connectionId] })
      onGone(connectionId)
    },
  })
}
