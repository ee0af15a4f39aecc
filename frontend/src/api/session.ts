/** Signs a user in who was sent here by the host application, before the page asks for anything. */
import { answerOf, api } from './client'

/** Trades the token of `/#token=…` for a session cookie. The address loses the token first: it is no place to keep one. */
export async function openHostSession(): Promise<void> {
  const { hash, pathname, search } = window.location
  const token = new URLSearchParams(hash.slice(1)).get('token')
  if (token === null) return
  window.history.replaceState(window.history.state, '', pathname + search)
  await answerOf(api.POST('/session', { headers: { Authorization: `Bearer ${token}` } }))
}
