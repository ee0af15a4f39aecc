/** The whole of an account as a stream of lines: plan, items, notices, receipt or error. */
import { jsonLines } from '../lib/ndjson'
import { interruptedProblem, parseProblem, ProblemError, type Problem } from '../lib/problem'
import { answerOf, api } from './client'
import { STORED_MAX_AGE_S } from './items'
import type { Item, LoadNotice, LoadPlan, LoadReceipt } from './types'

/** One line of the stream. */
export type LoadLine =
  | { readonly plan: LoadPlan }
  | { readonly item: Item }
  | { readonly notice: LoadNotice }
  | { readonly receipt: LoadReceipt }
  | { readonly error: unknown }

/** Of lines: a newer service may send others. */
const KEYS = ['item', 'notice', 'plan', 'receipt', 'error']

interface LoadRequest {
  readonly provider: string
  readonly connectionId: string
  readonly objectTypes: readonly string[]
  /** Where an earlier load ended. */
  readonly after: string | null
  /** Stored records may answer. */
  readonly stored?: boolean
  /** Only these properties, without associations; all the usual ones when left out. */
  readonly properties?: string
}

/** Yields the lines as they arrive, several at once. Aborting the signal stops the work upstream. Throws ProblemErrors only. */
export async function* loadLines(request: LoadRequest, signal: AbortSignal): AsyncGenerator<readonly LoadLine[]> {
  const { provider, connectionId, objectTypes, after, properties, stored = false } = request
  const query = {
    connection_id: connectionId,
    object_types: objectTypes.join(','),
    ...(after === null ? {} : { after }),
    ...(stored ? { max_age: STORED_MAX_AGE_S } : {}),
    ...(properties === undefined ? {} : { properties, associations: false }),
  }
  const body = await answerOf<ReadableStream<Uint8Array<ArrayBuffer>>>(
    api.GET('/integrations/{provider}/items', {
      params: { path: { provider }, query },
      headers: { Accept: 'application/x-ndjson' },
      parseAs: 'stream',
      signal,
    }),
  )
  try {
    for await (const lines of jsonLines(body))
      yield (lines as LoadLine[]).filter((line) => KEYS.some((key) => key in line))
  } catch (cause) {
    if (signal.aborted) throw cause
    throw new ProblemError(interruptedProblem(), { cause })
  }
}

/** An error line carries the same document as an error answer. */
export function problemOfLine(error: unknown): Problem {
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500
  return parseProblem(status, error)
}
