/** Asks the service. Every failure leaves here as a ProblemError. */
import { ProblemError, parseProblem, unreachableProblem } from '../lib/problem'

/** Marks a write as coming from this page: other sites cannot send it. */
const WRITE_HEADERS = { 'X-Requested-With': 'integrations-ui' }

/** A quiet service is given up after this long. */
const ANSWER_WITHIN_MS = 60_000

export async function getJson<T>(
  path: string,
  query: Record<string, string | number | null> = {},
  signal?: AbortSignal,
): Promise<T> {
  const response = await ask(path + queryString(query), { headers: { Accept: 'application/json' } }, signal)
  const body = await json(response)
  if (!response.ok || body === undefined) throw new ProblemError(parseProblem(response.status, body))
  return body as T
}

export async function sendDelete(path: string): Promise<void> {
  const response = await ask(path, { method: 'DELETE', headers: WRITE_HEADERS })
  if (!response.ok) throw new ProblemError(parseProblem(response.status, await json(response)))
}

async function ask(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS)
  try {
    return await fetch(path, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ProblemError(unreachableProblem(), { cause })
  }
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

function queryString(query: Record<string, string | number | null>): string {
  const set = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== null)
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString()}`
}
