/** Asks the service, by the paths and shapes of its OpenAPI document. Every failure leaves here as a ProblemError. */
import createClient from 'openapi-fetch'
import { BASE_URL } from '../lib/base-url'
import { identity } from '../lib/identity'
import { interruptedProblem, ProblemError, parseProblem, unreachableProblem } from '../lib/problem'
import type { paths } from './schema.gen'

/** Marks a write as coming from this page: other sites cannot send it. */
export const WRITE_HEADERS = { 'X-Requested-With': 'integrations-ui' }

/** A quiet service is given up after this long; a stream may take longer once it has begun. */
const TIMEOUT_MS = 60_000

export const api = createClient<paths>({ baseUrl: BASE_URL, fetch: ask })

interface Call<T> {
  readonly data?: T
  readonly error?: unknown
  readonly response: Response
}

/** The answer of a call, or its problem thrown. `T` names members that the document calls optional without need. */
export async function answerOf<T>(call: Promise<Call<unknown>>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof SyntaxError) throw new ProblemError(parseProblem(200, undefined), { cause })
    // Browsers report a body that breaks off as they report a request without an answer.
    throw cause instanceof TypeError ? new ProblemError(interruptedProblem(), { cause }) : cause
  })
  if (!response.ok) throw new ProblemError(parseProblem(response.status, parsed(error)))
  return data as T
}

/** openapi-fetch gives an error's body as text when it is no JSON by its type. */
function parsed(error: unknown): unknown {
  if (typeof error !== 'string') return error
  try {
    return JSON.parse(error) as unknown
  } catch {
    return undefined
  }
}

async function ask(request: Request): Promise<Response> {
  const timeout = new AbortController()
  const timer = window.setTimeout(() => {
    timeout.abort()
  }, TIMEOUT_MS)
  try {
    const signal = AbortSignal.any([request.signal, timeout.signal])
    return await fetch(await withIdentity(request), { headers: headersOf(request), signal })
  } catch (cause) {
    if (request.signal.aborted) throw cause
    throw new ProblemError(unreachableProblem(), { cause })
  } finally {
    window.clearTimeout(timer)
  }
}

function headersOf(request: Request): Headers {
  const headers = new Headers(request.headers)
  if (request.method !== 'GET') for (const [name, value] of Object.entries(WRITE_HEADERS)) headers.set(name, value)
  return headers
}

/** In local mode the page's address may name its user; the service gets the same names. */
async function withIdentity(request: Request): Promise<Request> {
  const url = new URL(request.url)
  for (const [name, value] of Object.entries(identity())) url.searchParams.set(name, value)
  if (!request.body) return new Request(url, request)
  // The body of a copied request is a stream, which browsers send over HTTP/2 only.
  const { method, headers, credentials } = request
  return new Request(url, { method, headers, credentials, body: await request.text() })
}
