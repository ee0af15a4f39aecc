/** The cache of server data, and which failures are worth a second attempt. */
import { QueryCache, QueryClient, type Query } from '@tanstack/react-query'
import { problemOf, ProblemError, type Problem } from '../lib/problem'
import { integrationsQuery } from './integrations'

const MAX_RETRIES = 2
const LONGEST_WAIT_S = 10
const RECOVER_EVERY_MS = 3_000

/** A request is sent although the browser has no network: the service may run on this machine, and a failure says why. */
const WITHOUT_NETWORK = 'always'

/** Retries only what the service calls retryable; anything that wants a longer wait is shown instead. */
function shouldRetry(failures: number, error: Error): boolean {
  if (!(error instanceof ProblemError) || failures >= MAX_RETRIES) return false
  return error.problem.retryable && (error.problem.retryAfterS ?? 0) <= LONGEST_WAIT_S
}

function retryDelayMs(failures: number, error: Error): number {
  const asked = error instanceof ProblemError ? error.problem.retryAfterS : null
  return asked === null ? 400 * 2 ** failures : asked * 1000
}

/**
 * A view without data because the service is unreachable asks again until it is back. So does the list of connections,
 * which was to change when it was read again.
 */
function recoveryInterval({ state, queryKey }: Query): number | false {
  const lacks = state.data === undefined || queryKey[0] === integrationsQuery.queryKey[0]
  const away = lacks && state.error !== null && problemOf(state.error).code === 'service_unreachable'
  return away ? RECOVER_EVERY_MS : false
}

/** What such an answer says of a connection, the list of connections says too: it is read again. */
export function affectsConnections(problem: Problem | null): boolean {
  return problem?.code === 'reconnect_required' || problem?.code === 'not_connected'
}

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (affectsConnections(problemOf(error))) void client.invalidateQueries(integrationsQuery)
      },
    }),
    defaultOptions: {
      queries: {
        networkMode: WITHOUT_NETWORK,
        refetchOnReconnect: true,
        retry: shouldRetry,
        retryDelay: retryDelayMs,
        refetchInterval: recoveryInterval,
        staleTime: 30_000,
        gcTime: 30 * 60_000,
      },
      mutations: { networkMode: WITHOUT_NETWORK, retry: false },
    },
  })
  return client
}
