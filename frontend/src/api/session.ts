/** Who is signed in, and how a user whom the host application sends here signs in before the page asks for anything. */
import { queryOptions } from '@tanstack/react-query'
import { ProblemError, parseProblem } from '../lib/problem'
import { answerOf, api } from './client'
import type { Identity, SignedIn } from './types'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => answerOf<SignedIn>(api.GET('/session', { signal })),
  // Another tab may have signed somebody else in: the cookie is the browser's.
  staleTime: 0,
})

export interface SessionConflict {
  readonly current: Identity
  readonly requested: Identity
}

interface Arrival {
  /** Whether to end the current user's session: only that user can decide. */
  readonly confirm: (conflict: SessionConflict) => Promise<boolean>
  /** The previous user may have been somebody else. Not called when they stay signed in. */
  readonly onArrival: () => void
}

/** Trades the token of `/#token=…` for a session cookie, and first removes it from the address. */
export async function openHostSession({ confirm, onArrival }: Arrival): Promise<void> {
  const { hash, pathname, search } = window.location
  const token = new URLSearchParams(hash.slice(1)).get('token')
  if (token === null) return
  window.history.replaceState(window.history.state, '', pathname + search)
  let kept = false
  try {
    const conflict = await openSession(token, false)
    if (!conflict) return
    kept = !(await confirm(conflict))
    if (!kept) await openSession(token, true)
  } finally {
    if (!kept) onArrival()
  }
}

/** Ends this browser's session, or all sessions of the user. */
export async function endSession(): Promise<void> {
  await answerOf(api.DELETE('/session'))
}

/** The conflict when another user is signed in; otherwise the session is open, or a problem is thrown. */
async function openSession(token: string, replace: boolean): Promise<SessionConflict | null> {
  const { error, response } = await api.POST('/session', {
    headers: { Authorization: `Bearer ${token}` },
    params: { query: replace ? { replace } : {} },
  })
  if (response.ok) return null
  if (error?.current && error.requested) return { current: error.current, requested: error.requested }
  throw new ProblemError(parseProblem(response.status, error))
}
