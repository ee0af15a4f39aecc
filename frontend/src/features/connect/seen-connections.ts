/**
 * Which connections the user of this tab has seen, so that a new one is announced once.
 *
 * Kept in the tab's session storage: an attempt in this tab leaves the page and comes back to a new one. The first list
 * is the baseline. What the tab's own popup connects is greeted there, and never announced here.
 */
import type { Connection, Integration } from '../../api/types'
import { identity } from '../../lib/identity'
import { removeKeys } from '../../lib/stored'

const PREFIX = 'integrations-seen-connections'

const greeted = new Set<string>()

/** The connection is shown to the user in another way. */
export function noteGreeted(connectionId: string): void {
  greeted.add(connectionId)
}

export interface NewConnection {
  readonly integration: Integration
  readonly connection: Connection
}

/** The first list of a tab: what is connected then is not new. */
export function noteBaseline(integrations: readonly Integration[]): void {
  if (read() === null) markSeen(integrations.flatMap(({ connections }) => connections))
}

/** Connections that came after the baseline and were not marked as seen. Connecting an account again counts. */
export function findNewConnections(integrations: readonly Integration[]): readonly NewConnection[] {
  const seen = read()
  if (seen === null) return []
  return integrations.flatMap((integration) =>
    integration.connections
      .filter((connection) => !seen.includes(keyOf(connection)) && !greeted.has(connection.connection_id))
      .map((connection) => ({ integration, connection })),
  )
}

export function markSeen(connections: readonly Connection[]): void {
  if (connections.length === 0 && read() !== null) return
  write([...new Set([...(read() ?? []), ...connections.map(keyOf)])])
}

/** For another user of this tab. */
export function forgetSeenConnections(): void {
  removeKeys('sessionStorage', PREFIX)
}

function keyOf(connection: Connection): string {
  return `${connection.connection_id} ${connection.connected_at}`
}

function storageKey(): string {
  return [PREFIX, ...Object.values(identity())].join(':')
}

function read(): readonly string[] | null {
  return attempt(() => JSON.parse(window.sessionStorage.getItem(storageKey()) ?? 'null') as string[] | null)
}

function write(keys: readonly string[]): void {
  attempt(() => {
    window.sessionStorage.setItem(storageKey(), JSON.stringify(keys))
  })
}

/** Where the browser forbids storage, or has something else there, nothing is announced. */
function attempt<T>(access: () => T): T | null {
  try {
    return access()
  } catch {
    return null
  }
}
