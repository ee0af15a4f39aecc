/**
 * Connections that the user chose to disconnect: each ends after ten seconds, until then it can be undone.
 *
 * A page that is left before ends them at once.
 */
import { useSyncExternalStore } from 'react'
import type { Connection } from '../../api/types'

const UNDO_MS = 10_000

export interface PendingDisconnect {
  readonly provider: string
  readonly connection: Connection
  /** Milliseconds, as Date.now(). */
  readonly endsAt: number
  /** It is being ended: too late to undo. */
  readonly due: boolean
}

let pending: readonly PendingDisconnect[] = []
const listeners = new Set<() => void>()

export function usePendingDisconnects(): readonly PendingDisconnect[] {
  return useSyncExternalStore(subscribe, pendingDisconnects)
}

export function pendingDisconnects(): readonly PendingDisconnect[] {
  return pending
}

export function scheduleDisconnect(provider: string, connection: Connection): void {
  undoDisconnect(connection.connection_id)
  const scheduled = { provider, connection, endsAt: Date.now() + UNDO_MS, due: false }
  update([...pending, scheduled])
  window.setTimeout(() => {
    // One that was undone and chosen again has a time of its own.
    if (pending.includes(scheduled)) disconnectNow(connection.connection_id)
  }, UNDO_MS)
}

/** Ends it without waiting; does nothing for one that was undone. */
export function disconnectNow(connectionId: string): void {
  update(pending.map((entry) => (entry.connection.connection_id === connectionId ? { ...entry, due: true } : entry)))
}

export function undoDisconnect(connectionId: string): void {
  update(pending.filter((entry) => entry.connection.connection_id !== connectionId))
}

function update(next: readonly PendingDisconnect[]): void {
  pending = next
  for (const listener of listeners) listener()
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange)
  return () => listeners.delete(onChange)
}
