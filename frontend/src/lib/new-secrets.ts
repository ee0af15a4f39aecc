/** Secrets that the service shows only once. They are kept until the user has stored them, whatever is opened meanwhile. */
import { SharedValue, useShared } from './shared-value'

interface NewSecret {
  readonly endpoint_id: string
  readonly url: string
  readonly secret: string
}

const secrets = new SharedValue<readonly NewSecret[]>([])

export function useNewSecrets(): readonly NewSecret[] {
  return useShared(secrets)
}

/** A newer secret of the same endpoint takes the place of the former, which is no longer valid. */
export function keepSecret({ endpoint_id, url, secret }: NewSecret): void {
  change([...without(endpoint_id), { endpoint_id, url, secret }])
}

export function forgetSecret(endpointId: string): void {
  change(without(endpointId))
}

/** For another user of this page. */
export function forgetSecrets(): void {
  change([])
}

function without(endpointId: string): readonly NewSecret[] {
  return secrets.get().filter((entry) => entry.endpoint_id !== endpointId)
}

function change(next: readonly NewSecret[]): void {
  if (next.length > 0) window.addEventListener('beforeunload', askBeforeLeaving)
  else window.removeEventListener('beforeunload', askBeforeLeaving)
  secrets.set(next)
}

/** The browser asks in its own words. Source: HTML, "beforeunload". */
function askBeforeLeaving(event: Event): void {
  event.preventDefault()
}
