/** The cache of server data, and which failures are worth a second attempt. */
import { QueryClient } from '@tanstack/react-query'
import { ProblemError } from '../lib/problem'

const MAX_RETRIES = 2
const LONGEST_WAIT_S = 10

/** Retries only what the service calls retryable; anything that wants a longer wait is shown instead. */
export function shouldRetry(failures: number, error: Error): boolean {
  if (!(error instanceof ProblemError) || failures >= MAX_RETRIES) return false
  return error.problem.retryable && (error.problem.retryAfterS ?? 0) <= LONGEST_WAIT_S
}

export function retryDelayMs(failures: number, error: Error): number {
  const asked = error instanceof ProblemError ? error.problem.retryAfterS : null
  return asked === null ? 400 * 2 ** failures : asked * 1000
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: shouldRetry, retryDelay: retryDelayMs, staleTime: 30_000, gcTime: 30 * 60_000 },
      mutations: { retry: false },
    },
  })
}
