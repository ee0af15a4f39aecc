/** One load per connection for the lifetime of the page, so that it continues while another account is shown. */
import { useSyncExternalStore } from 'react'
import { loadLines } from '../../api/load'
import { AccountLoad } from './account-load'
import { loadStoreFor } from './saved-load'

const loads = new Map<string, AccountLoad>()

/** Re-renders when the load changes. */
export function useLoad(provider: string, connectionId: string): AccountLoad {
  const load = loadOf(provider, connectionId)
  useSyncExternalStore(load.subscribe, () => load.state)
  return load
}

/** Retries a load that failed because its connection had to be reconnected. */
export function retryLoad(connectionId: string): void {
  void loads.get(connectionId)?.retry()
}

export function stopLoad(connectionId: string): void {
  loads.get(connectionId)?.stop()
}

/** Deletes the rows of a removed connection. */
export function forgetLoad(connectionId: string): void {
  stopLoad(connectionId)
  loads.delete(connectionId)
  void loadStoreFor(connectionId).forget()
}

function loadOf(provider: string, connectionId: string): AccountLoad {
  const known = loads.get(connectionId)
  if (known) return known
  const load = new AccountLoad(
    (objectTypes, after, signal, stored) => loadLines({ provider, connectionId, objectTypes, after, stored }, signal),
    loadStoreFor(connectionId),
  )
  loads.set(connectionId, load)
  void load.restore()
  return load
}
