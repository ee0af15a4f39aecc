/** The registered integrations with the caller's connections, and what can be read from one. */
import { queryOptions, type QueryClient } from '@tanstack/react-query'
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
