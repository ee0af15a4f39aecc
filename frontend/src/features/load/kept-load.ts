/** Keeps a load that is under way, so that it can go on after the page was reloaded. What is kept ends with the load. */
import type { Item } from '../../api/types'
import { inTransaction, openTabDatabase } from '../../lib/tab-database'
import type { LoadState } from './load-state'

/** Where a load stands, and the rows that have come since it was last said. */
export interface KeptPart {
  readonly objectTypes: readonly string[]
  readonly resume: string
  readonly types: LoadState['types']
  readonly items: readonly Item[]
  /** False when somebody stopped it. */
  readonly going: boolean
}

export interface Keeper {
  /** Rows and place together, or neither. Never throws: what cannot be kept is loaded again. */
  readonly save: (part: KeptPart) => Promise<void>
  /** It was stopped where it was last saved. */
  readonly rest: () => Promise<void>
  /** The place, with all rows up to it; null when there is nothing to go on with. */
  readonly restore: () => Promise<KeptPart | null>
  readonly forget: () => Promise<void>
}

type Place = Omit<KeptPart, 'items'>

const PLACES = 'places'
const ROWS = 'rows'
const STORES = [PLACES, ROWS]

/** A larger load is begun anew after a reload: so many records take some 300 MB of the user's disk. */
const MOST_ROWS = 200_000

interface KeptRows {
  readonly connectionId: string
  readonly items: readonly Item[]
}

/** Keeps in this tab's database. A keeper that could not keep something keeps no more: rows would be missing. */
export function keeperOf(connectionId: string): Keeper {
  let full = false
  const attempt = async <T>(what: (database: IDBDatabase) => Promise<T>): Promise<T | null> => {
    const database = await openTabDatabase(STORES)
    if (database === null || full) return null
    return what(database).catch(async () => {
      full = true
      await deleteKept(database, connectionId).catch(() => undefined)
      return null
    })
  }
  return {
    save: async ({ items, ...place }) => {
      await attempt((database) => write(database, connectionId, place, items))
    },
    rest: async () => {
      await attempt((database) => stopAt(database, connectionId))
    },
    restore: () => attempt((database) => read(database, connectionId)),
    forget: async () => {
      await attempt((database) => deleteKept(database, connectionId))
      full = false
    },
  }
}

/** Forgets every load this tab has kept. */
export function forgetKeptLoads(): void {
  void clearKept().catch(() => undefined)
}

async function clearKept(): Promise<void> {
  const database = await openTabDatabase(STORES)
  if (database === null) return
  await inTransaction(database, 'readwrite', (transaction) => {
    transaction.objectStore(PLACES).clear()
    transaction.objectStore(ROWS).clear()
    return null
  })
}

async function write(database: IDBDatabase, connectionId: string, place: Place, items: readonly Item[]): Promise<void> {
  const count = Object.values(place.types).reduce((sum, type) => sum + type.done, 0)
  if (count > MOST_ROWS) throw new RangeError('too many rows to keep')
  await inTransaction(database, 'readwrite', (transaction) => {
    transaction.objectStore(ROWS).add({ connectionId, items } satisfies KeptRows)
    return transaction.objectStore(PLACES).put(place, connectionId)
  })
}

async function stopAt(database: IDBDatabase, connectionId: string): Promise<void> {
  const place = await readPlace(database, connectionId)
  if (!place) return
  await inTransaction(database, 'readwrite', (transaction) =>
    transaction.objectStore(PLACES).put({ ...place, going: false } satisfies Place, connectionId),
  )
}

async function read(database: IDBDatabase, connectionId: string): Promise<KeptPart | null> {
  const place = await readPlace(database, connectionId)
  // An earlier version of the page kept other things.
  if (!Array.isArray(place?.objectTypes)) return null
  const rows = await inTransaction<KeptRows[]>(database, 'readonly', (transaction) =>
    transaction.objectStore(ROWS).getAll(),
  )
  const items = (rows ?? []).filter((part) => part.connectionId === connectionId).flatMap((part) => part.items)
  return { ...place, items }
}

function readPlace(database: IDBDatabase, connectionId: string): Promise<Place | undefined> {
  return inTransaction<Place | undefined>(database, 'readonly', (transaction) =>
    transaction.objectStore(PLACES).get(connectionId),
  )
}

async function deleteKept(database: IDBDatabase, connectionId: string): Promise<void> {
  await inTransaction(database, 'readwrite', (transaction) => {
    transaction.objectStore(PLACES).delete(connectionId)
    deleteRows(transaction.objectStore(ROWS), connectionId)
    return null
  })
}

function deleteRows(store: IDBObjectStore, connectionId: string): void {
  const walk = store.openCursor()
  walk.onsuccess = () => {
    const cursor = walk.result
    if (!cursor) return
    if ((cursor.value as KeptRows).connectionId === connectionId) cursor.delete()
    cursor.continue()
  }
}
