/** One attempt to connect: how it is begun and how it ended. */
import { queryOptions } from '@tanstack/react-query'
import { getJson } from './client'
import type { Flow, FlowStart } from './types'

const POLL_EVERY_MS = 1_000

/** `scopes` are optional scopes to ask for besides the required ones. */
export function startFlow(provider: string, scopes: readonly string[]): Promise<FlowStart> {
  return getJson<FlowStart>(`/integrations/${provider}/authorize`, {
    scope: scopes.length > 0 ? scopes.join(' ') : null,
  })
}

/** The way on when the browser opens no windows: the same consent in this tab, then back to `returnTo`. */
export function sameTabUrl(provider: string, scopes: readonly string[], returnTo: string): string {
  const query = new URLSearchParams({ return_to: returnTo })
  if (scopes.length > 0) query.set('scope', scopes.join(' '))
  return `/integrations/${provider}/authorize?${query.toString()}`
}

/** Polls until the flow has ended: a silent or closed window proves nothing. */
export function flowQuery(provider: string, flowId: string) {
  return queryOptions({
    queryKey: ['flow', flowId],
    queryFn: ({ signal }) => getJson<Flow>(`/integrations/${provider}/flows/${flowId}`, {}, signal),
    refetchInterval: (query) => (query.state.data && query.state.data.status !== 'pending' ? false : POLL_EVERY_MS),
    refetchIntervalInBackground: true,
    retry: false,
    staleTime: 0,
    gcTime: 0,
  })
}
