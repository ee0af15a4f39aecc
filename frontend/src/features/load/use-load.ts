/** The load of a connection: one a connection for as long as the page lives, so that it goes on while another is looked at. */
import { useSyncExternalStore } from 'react'
import { loadLines } from '../../api/load'
import { AccountLoad } from './account-load'
import { keeperOf } from './kept-load'

const loads = new Map<string, AccountLoad>()

/** Renders again whenever the load has news. */
export function useLoad(provider: string, connectionId: string): AccountLoad {
  const load = loadOf(provider, connectionId)
  useSyncExternalStore(load.subscribe, () => load.state)
  return load
}

/** Goes on with a load that failed because its connection had to be renewed. */
export function retryLoad(connectionId: string): void {
  void loads.get(connectionId)?.retry()
}

export function stopLoad(connectionId: string): void {
  loads.get(connectionId)?.stop()
}

/** Lets go of the rows of a connection that is gone. */
export function forgetLoad(connectionId: string): void {
  stopLoad(connectionId)
  loads.delete(connectionId)
  void keeperOf(connectionId).forget()
}

function loadOf(provider: string, connectionId: string): AccountLoad {
  const known = loads.get(connectionId)
  if (known) return known
  const load = new AccountLoad(
    (objectTypes, after, signal) => loadLines({ provider, connectionId, objectTypes, after }, signal),
    keeperOf(connectionId),
  )
  loads.set(connectionId, load)
  void load.restore()
  return load
}
