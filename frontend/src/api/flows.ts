/** One attempt to connect: how it is begun and how it ended. */
import { queryOptions } from '@tanstack/react-query'
import { serviceUrl } from '../lib/base-url'
import { identity } from '../lib/identity'
import { answerOf, api } from './client'
import type { Flow, FlowStart } from './types'

const POLL_EVERY_MS = 1_000

/** `scopes` are what this attempt is about, besides the required ones. */
export function startFlow(provider: string, scopes: readonly string[]): Promise<FlowStart> {
  const query = scopes.length > 0 ? { scope: scopes.join(' ') } : {}
  return answerOf(
    api.GET('/integrations/{provider}/authorize', {
      params: { path: { provider }, query },
      headers: { Accept: 'application/json' },
    }),
  )
}

/** The way on when the browser opens no windows: the same consent in this tab, then back to `returnTo`. */
export function sameTabUrl(provider: string, scopes: readonly string[], returnTo: string): string {
  const query = new URLSearchParams({ ...identity(), return_to: returnTo })
  if (scopes.length > 0) query.set('scope', scopes.join(' '))
  return serviceUrl(`integrations/${provider}/authorize?${query.toString()}`)
}

/** Polls until the flow has ended: a silent or closed window proves nothing. */
export function flowQuery(provider: string, flowId: string) {
  return queryOptions({
    queryKey: ['flow', flowId],
    queryFn: ({ signal }) =>
      answerOf<Flow>(
        api.GET('/integrations/{provider}/flows/{flow_id}', {
          params: { path: { provider, flow_id: flowId } },
          signal,
        }),
      ),
    refetchInterval: (query) => (query.state.data && query.state.data.status !== 'pending' ? false : POLL_EVERY_MS),
    refetchIntervalInBackground: true,
    retry: false,
    staleTime: 0,
    gcTime: 0,
  })
}
