/** News of connections that begin and end and of sign-ins, between this page's tabs and the page that ends a connect attempt. */

/** The callback page names it, too. */
const CHANNEL = 'integration-connect'

/** Calls back with whatever any tab announces, this one included; never where the browser has no such channel. */
export function listenForConnections(onMessage: (news: unknown) => void): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined
  const channel = new BroadcastChannel(CHANNEL)
  channel.addEventListener('message', (event: MessageEvent<unknown>) => {
    onMessage(event.data)
  })
  return () => {
    channel.close()
  }
}

export function announceDisconnected(connectionId: string): void {
  announce({ disconnected: connectionId })
}

/** The cookie is shared by all tabs: each looks again who is signed in. */
export function announceSignIn(): void {
  announce({ signed_in: true })
}

/** Nothing of the user may stay on another tab's screen. */
export function announceSignOut(): void {
  announce({ signed_out: true })
}

function announce(news: object): void {
  if (typeof BroadcastChannel === 'undefined') return
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage(news)
  channel.close()
}
