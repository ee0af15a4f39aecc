/**
 * Connections that the user chose to disconnect: each ends after ten seconds, until then it can be undone.
 *
 * A page that is left before ends them at once.
 */
import type { Connection } from '../../api/types'
import { SharedValue, useShared } from '../../lib/shared-value'

const UNDO_MS = 10_000

export interface PendingDisconnect {
  readonly provider: string
  readonly connection: Connection
  /** Milliseconds, as Date.now(). */
  readonly endsAt: number
  /** It is being ended: too late to undo. */
  readonly due: boolean
}

const pending = new SharedValue<readonly PendingDisconnect[]>([])

export function usePendingDisconnects(): readonly PendingDisconnect[] {
  return useShared(pending)
}

export function pendingDisconnects(): readonly PendingDisconnect[] {
  return pending.get()
}

export function scheduleDisconnect(provider: string, connection: Connection): void {
  undoDisconnect(connection.connection_id)
  const scheduled = { provider, connection, endsAt: Date.now() + UNDO_MS, due: false }
  pending.set([...pending.get(), scheduled])
  window.setTimeout(() => {
    // One that was undone and chosen again has a time of its own.
    if (pending.get().includes(scheduled)) disconnectNow(connection.connection_id)
  }, UNDO_MS)
}

/** Ends it without waiting; does nothing for one that was undone. */
export function disconnectNow(connectionId: string): void {
  pending.set(
    pending.get().map((entry) => (entry.connection.connection_id === connectionId ? { ...entry, due: true } : entry)),
  )
}

export function undoDisconnect(connectionId: string): void {
  pending.set(pending.get().filter((entry) => entry.connection.connection_id !== connectionId))
}
