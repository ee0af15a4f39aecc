/** Signs a user in who was sent here by the host application, before the page asks for anything. */
import { answerOf, api } from './client'

/**
 * Trades the token of `/#token=…` for a session cookie. The address loses the token first: it is no place to keep one.
 *
 * `onArrival` is told of a token, good or not: whoever was here before may have been somebody else.
 */
export async function openHostSession(onArrival: () => void): Promise<void> {
  const { hash, pathname, search } = window.location
  const token = new URLSearchParams(hash.slice(1)).get('token')
  if (token === null) return
  window.history.replaceState(window.history.state, '', pathname + search)
  onArrival()
  await answerOf(api.POST('/session', { headers: { Authorization: `Bearer ${token}` } }))
}
