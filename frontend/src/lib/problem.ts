/** One shape for everything that can go wrong when the service is asked: its problem+json, a foreign error page, or silence. */
import { strings as allStrings } from './strings'

const words = allStrings.problem

/** The service's own, and `sign_in`: a person signs in elsewhere, a program by a header that the service speaks of. */
export type ProblemAction = 'sign_in' | 'retry' | 'reconnect' | 'wait' | 'fix_request' | 'ask_admin' | 'contact_support'

export interface Problem {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly action: ProblemAction
  readonly retryable: boolean
  readonly retryAfterS: number | null
  readonly correlationId: string | null
  readonly missingScopes: readonly string[]
}

const ACTIONS: readonly string[] = ['retry', 'reconnect', 'wait', 'fix_request', 'ask_admin', 'contact_support']

/** Wraps a problem so that it can be thrown; `cause` keeps what the browser said. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  constructor(
    readonly problem: Problem,
    options?: ErrorOptions,
  ) {
    super(problem.detail, options)
  }
}

/** Reads problem+json. Anything else (a proxy's page, an empty body) becomes a problem that blames nobody. */
export function parseProblem(status: number, body: unknown): Problem {
  if (!isRecord(body) || typeof body['code'] !== 'string') return foreignProblem(status)
  const action = text(body['action'])
  const code = body['code']
  const problem: Problem = {
    code,
    status,
    title: allStrings.problems[code]?.title ?? text(body['title']) ?? words.unknownTitle,
    detail: detailOf({ code, detail: text(body['detail']) }),
    action: action !== null && ACTIONS.includes(action) ? (action as ProblemAction) : 'contact_support',
    retryable: body['retryable'] === true,
    retryAfterS: typeof body['retry_after'] === 'number' ? body['retry_after'] : null,
    correlationId: text(body['correlation_id']),
    missingScopes: strings(body['missing_scopes']),
  }
  return status === 401
    ? { ...problem, title: words.signedOutTitle, detail: words.signedOut, action: 'sign_in' }
    : problem
}

/** The sentence of a problem in the page's language; the service's own where there is no translation. */
export function detailOf({ code, detail }: { readonly code: string; readonly detail: string | null }): string {
  return allStrings.problems[code]?.detail ?? detail ?? words.noDetail
}

export function unreachableProblem(): Problem {
  return {
    code: 'service_unreachable',
    status: 0,
    title: words.unreachableTitle,
    detail: words.unreachable,
    action: 'retry',
    retryable: true,
    retryAfterS: null,
    correlationId: null,
    missingScopes: [],
  }
}

/** An answer that ended before its end. */
export function interruptedProblem(): Problem {
  return {
    ...unreachableProblem(),
    code: 'stream_interrupted',
    title: words.interruptedTitle,
    detail: words.interrupted,
  }
}

/** A response that left records out. */
export function incompleteProblem(): Problem {
  return { ...unreachableProblem(), code: 'incomplete', title: words.incompleteTitle, detail: words.incomplete }
}

/** What any caught value means to a person. */
export function problemOf(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : unexpectedProblem()
}

/** Words that a sentence may add to the title and still say the same: "at the moment", "for an unexpected reason". */
const MAX_ADDED_WORDS = 4

/** The detail without a first sentence that only repeats the title, which stands above it. */
export function textBelow({ title, detail }: Pick<Problem, 'title' | 'detail'>): string {
  if (!detail.toLowerCase().startsWith(title.toLowerCase())) return detail
  const rest = /^(?<added>[\w ’'-]*)\.(?: (?<next>.+))?$/su.exec(detail.slice(title.length))?.groups
  const added = rest?.['added']?.split(' ').filter((word) => word !== '') ?? null
  return added === null || added.length > MAX_ADDED_WORDS ? detail : (rest?.['next'] ?? '')
}

function foreignProblem(status: number): Problem {
  if (status === 502 || status === 503 || status === 504) return { ...unreachableProblem(), status }
  return { ...unexpectedProblem(), status }
}

function unexpectedProblem(): Problem {
  return {
    ...unreachableProblem(),
    code: 'unexpected_answer',
    title: words.unknownTitle,
    detail: words.unexpected,
    action: 'contact_support',
    retryable: false,
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : []
}
