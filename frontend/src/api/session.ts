/** Who is signed in, and how a user whom the host application sends here signs in before the page asks for anything. */
import { queryOptions } from '@tanstack/react-query'
import { ProblemError, parseProblem, problemOf } from '../lib/problem'
import { answerOf, api } from './client'
import type { Identity, SignedIn } from './types'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => answerOf<SignedIn>(api.GET('/session', { signal })),
  // Another tab may have signed somebody else in: the cookie is the browser's.
  staleTime: 0,
})

export interface SignInQuestion {
  /** Who would be signed out; null when nobody is signed in. */
  readonly current: Identity | null
  readonly requested: Identity
}

interface Arrival {
  /** Whether to sign in as the link's user: only the person in front of the page can decide. */
  readonly confirm: (question: SignInQuestion) => Promise<boolean>
  /** The previous user may have been somebody else. Not called when they stay signed in. */
  readonly onArrival: () => void
  /** The page that the link was opened from; empty where nobody knows. */
  readonly referrer?: string
}

/**
 * Trades the token of `/#token=…` for a session cookie, and first removes it from the address.
 *
 * Anybody can send such a link, so it asks unless a page of the host application opened this one. Returns false where
 * there is no token.
 */
export async function openHostSession(arrival: Arrival): Promise<boolean> {
  const { confirm, onArrival, referrer = document.referrer } = arrival
  const { hash, pathname, search } = window.location
  const token = new URLSearchParams(hash.slice(1)).get('token')
  if (token === null) return false
  window.history.replaceState(window.history.state, '', pathname + search)
  let kept = false
  try {
    const stranger = await findStranger(token, referrer)
    if (stranger) kept = !(await confirm({ current: null, requested: stranger }))
    if (kept) return true
    const conflict = await openSession(token, false)
    if (!conflict) return true
    kept = !(await confirm(conflict))
    if (!kept) await openSession(token, true)
    return true
  } finally {
    if (!kept) onArrival()
  }
}

/** Ends this browser's session; one that has ended by itself is no failure. */
export async function endSession(): Promise<void> {
  await answerOf(api.DELETE('/session')).catch((error: unknown) => {
    if (problemOf(error).status !== 401) throw error
  })
}

/** The token's user, when nobody is signed in and no page of the host application opened this one; otherwise null. */
async function findStranger(token: string, referrer: string): Promise<Identity | null> {
  const requested = await identify(token)
  const isVouchedFor = requested.host_origins.includes(originOf(referrer))
  return isVouchedFor || (await isSignedIn()) ? null : requested
}

/** Whom the token would sign in, by the service's word; it does not use the token. A refused one throws its problem. */
function identify(token: string): Promise<SignedIn> {
  const headers = { Authorization: `Bearer ${token}` }
  // Without the cookie of an earlier session: a request carries one credential.
  return answerOf<SignedIn>(api.GET('/session', { headers, credentials: 'omit' }))
}

async function isSignedIn(): Promise<boolean> {
  const { response } = await api.GET('/session')
  return response.ok
}

/** Another site can hide the referrer, but cannot set it to an origin that is not its own. */
function originOf(referrer: string): string {
  return URL.canParse(referrer) ? new URL(referrer).origin : ''
}

/** The question to ask when another user is signed in; otherwise the session is open, or a problem is thrown. */
async function openSession(token: string, replace: boolean): Promise<SignInQuestion | null> {
  const { error, response } = await api.POST('/session', {
    headers: { Authorization: `Bearer ${token}` },
    params: { query: replace ? { replace } : {} },
  })
  if (response.ok) return null
  if (error?.current && error.requested) return { current: error.current, requested: error.requested }
  throw new ProblemError(parseProblem(response.status, error))
}
