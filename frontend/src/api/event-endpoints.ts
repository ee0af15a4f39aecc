/** The host application's endpoints for events, and what was delivered there. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { forgetSecret, keepSecret } from '../lib/new-secrets'
import { answerOf, api } from './client'
import type { components } from './schema.gen'

type Schemas = components['schemas']
export type EventEndpoint = Schemas['EndpointView']
export type Delivery = Schemas['DeliveryView']

const DELIVERIES_EVERY_MS = 10_000

export const endpointsQuery = queryOptions({
  queryKey: ['event-endpoints'],
  queryFn: async ({ signal }) => {
    const { endpoints } = await answerOf<Schemas['EndpointList']>(api.GET('/event-endpoints', { signal }))
    return endpoints
  },
})

/** The last 50 attempts, newest first. */
export function deliveriesQuery(endpointId: string) {
  return queryOptions({
    queryKey: ['event-deliveries', endpointId],
    queryFn: async ({ signal }) => {
      const params = { path: { endpoint_id: endpointId } }
      const { deliveries } = await answerOf<Schemas['DeliveryList']>(
        api.GET('/event-endpoints/{endpoint_id}/deliveries', { params, signal }),
      )
      return deliveries
    },
    refetchInterval: DELIVERIES_EVERY_MS,
  })
}

export function useCreateEndpoint() {
  return useEndpointAction(async (url: string) => {
    keepSecret(await answerOf<Schemas['CreatedEndpoint']>(api.POST('/event-endpoints', { body: { url } })))
  })
}

export function useDeleteEndpoint() {
  return useEndpointAction(async (id: string) => {
    await answerOf(api.DELETE('/event-endpoints/{endpoint_id}', paramsOf(id)))
    forgetSecret(id)
  })
}

/** Sends a test event now; the receiver's answer. */
export function useTestEndpoint() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => answerOf<Delivery>(api.POST('/event-endpoints/{endpoint_id}/test', paramsOf(id))),
    // Together: a deleted endpoint has no deliveries to ask for.
    onSettled: (_delivery, _error, id) =>
      Promise.all([cache.invalidateQueries(endpointsQuery), cache.invalidateQueries(deliveriesQuery(id))]),
  })
}

export function useNewSecret() {
  return useEndpointAction(async (id: string) => {
    keepSecret(
      await answerOf<Schemas['CreatedEndpoint']>(api.POST('/event-endpoints/{endpoint_id}/secret', paramsOf(id))),
    )
  })
}

function useEndpointAction(act: (input: string) => Promise<void>) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSettled: () => cache.invalidateQueries(endpointsQuery),
  })
}

function paramsOf(endpointId: string) {
  return { params: { path: { endpoint_id: endpointId } } }
}
