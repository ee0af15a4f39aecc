/** The window in which the vendor asks for consent. */
import { listenForConnections } from '../../lib/connections-channel'

const WIDTH = 620
const HEIGHT = 760

/** Must be called in the click's own tick, or the browser blocks it. Returns null when it was blocked. */
export function openPopup(name: string): Window | null {
  const left = Math.max(0, Math.round(window.screenX + (window.outerWidth - WIDTH) / 2))
  const top = Math.max(0, Math.round(window.screenY + (window.outerHeight - HEIGHT) / 2))
  const features = `popup=yes,width=${String(WIDTH)},height=${String(HEIGHT)},left=${String(left)},top=${String(top)}`
  const popup = window.open('about:blank', name, features)
  return popup && !popup.closed ? popup : null
}

/** Calls back when the callback page announces this flow: a hint to look at once, never a proof. */
export function listenForFlow(flowId: string, onHint: () => void): () => void {
  const hear = (data: unknown) => {
    if (typeof data === 'object' && data !== null && 'flow_id' in data && data.flow_id === flowId) onHint()
  }
  const onMessage = (event: MessageEvent<unknown>) => {
    if (event.origin === window.location.origin) hear(event.data)
  }
  const stopListening = listenForConnections(hear)
  window.addEventListener('message', onMessage)
  return () => {
    stopListening()
    window.removeEventListener('message', onMessage)
  }
}
