/** Saves an unfinished load in the browser, so that it resumes after a page reload. Deleted when the load completes. */
import type { Item } from '../../api/types'
import { inTransaction, openTabDatabase } from '../../lib/tab-database'
import type { LoadState } from './load-state'

/** The position of a load, and the rows since the last save. */
export interface SavedLoad {
  readonly objectTypes: readonly string[]
  readonly resume: string
  readonly types: LoadState['types']
  readonly items: readonly Item[]
  /** False when the user stopped it. */
  readonly running: boolean
}

export interface LoadStore {
  /** Saves rows and position together, or neither. Never throws: what is not saved is loaded again. */
  readonly save: (part: SavedLoad) => Promise<void>
  /** Marks the load as stopped at its last saved position. */
  readonly pause: () => Promise<void>
  /** The position with all rows up to it; null when nothing is saved. */
  readonly restore: () => Promise<SavedLoad | null>
  readonly forget: () => Promise<void>
}

type Position = Omit<SavedLoad, 'items'>

const POSITIONS = 'places'
const ROWS = 'rows'
const STORES = [POSITIONS, ROWS]

/** A larger load restarts after a reload: this many records take about 300 MB of disk. */
const MAX_ROWS = 200_000

interface SavedRows {
  readonly connectionId: string
  readonly items: readonly Item[]
}

/** Stores in this tab's database. After a failed write it stores nothing more, since rows would be missing. */
export function loadStoreFor(connectionId: string): LoadStore {
  let full = false
  const attempt = async <T>(what: (database: IDBDatabase) => Promise<T>): Promise<T | null> => {
    const database = await openTabDatabase(STORES)
    if (database === null || full) return null
    return what(database).catch(async () => {
      full = true
      await deleteSaved(database, connectionId).catch(() => undefined)
      return null
    })
  }
  return {
    save: async ({ items, ...place }) => {
      await attempt((database) => write(database, connectionId, place, items))
    },
    pause: async () => {
      await attempt((database) => markStopped(database, connectionId))
    },
    restore: () => attempt((database) => read(database, connectionId)),
    forget: async () => {
      await attempt((database) => deleteSaved(database, connectionId))
      full = false
    },
  }
}

/** Deletes all loads saved by this tab. Never throws. */
export async function forgetSavedLoads(): Promise<void> {
  await clearSaved().catch(() => undefined)
}

async function clearSaved(): Promise<void> {
  const database = await openTabDatabase(STORES)
  if (database === null) return
  await inTransaction(database, 'readwrite', (transaction) => {
    transaction.objectStore(POSITIONS).clear()
    transaction.objectStore(ROWS).clear()
    return null
  })
}

async function write(
  database: IDBDatabase,
  connectionId: string,
  place: Position,
  items: readonly Item[],
): Promise<void> {
  const count = Object.values(place.types).reduce((sum, type) => sum + type.done, 0)
  if (count > MAX_ROWS) throw new RangeError('too many rows to save')
  await inTransaction(database, 'readwrite', (transaction) => {
    transaction.objectStore(ROWS).add({ connectionId, items } satisfies SavedRows)
    return transaction.objectStore(POSITIONS).put(place, connectionId)
  })
}

/** In one transaction: a load that is forgotten meanwhile must not come back without its rows. */
async function markStopped(database: IDBDatabase, connectionId: string): Promise<void> {
  await inTransaction(database, 'readwrite', (transaction) => {
    const positions = transaction.objectStore(POSITIONS)
    const found: IDBRequest<Position | undefined> = positions.get(connectionId)
    found.onsuccess = () => {
      if (found.result) positions.put({ ...found.result, running: false } satisfies Position, connectionId)
    }
    return null
  })
}

async function read(database: IDBDatabase, connectionId: string): Promise<SavedLoad | null> {
  const place = await readPosition(database, connectionId)
  // An earlier version of the page stored another shape.
  if (!Array.isArray(place?.objectTypes)) return null
  const rows = await inTransaction<SavedRows[]>(database, 'readonly', (transaction) =>
    transaction.objectStore(ROWS).getAll(),
  )
  const items = (rows ?? []).filter((part) => part.connectionId === connectionId).flatMap((part) => part.items)
  return { ...place, items }
}

function readPosition(database: IDBDatabase, connectionId: string): Promise<Position | undefined> {
  return inTransaction<Position | undefined>(database, 'readonly', (transaction) =>
    transaction.objectStore(POSITIONS).get(connectionId),
  )
}

async function deleteSaved(database: IDBDatabase, connectionId: string): Promise<void> {
  await inTransaction(database, 'readwrite', (transaction) => {
    transaction.objectStore(POSITIONS).delete(connectionId)
    deleteRows(transaction.objectStore(ROWS), connectionId)
    return null
  })
}

function deleteRows(store: IDBObjectStore, connectionId: string): void {
  const walk = store.openCursor()
  walk.onsuccess = () => {
    const cursor = walk.result
    if (!cursor) return
    if ((cursor.value as SavedRows).connectionId === connectionId) cursor.delete()
    cursor.continue()
  }
}
