/** Keeps a load that is under way, so that it can go on after the page was reloaded. What is kept ends with the load. */
import type { Item } from '../../api/types'
import { inTransaction, openTabDatabase } from '../../lib/tab-database'
import type { TypeNames } from './account-load'
import type { LoadState } from './load-state'

/** Where a load stands, and the rows that have come since it was last said. */
export interface KeptPart {
  readonly names: TypeNames
  readonly resume: string
  readonly types: LoadState['types']
  readonly items: readonly Item[]
}

export interface Keeper {
  /** Rows and place together, or neither. Never throws: what cannot be kept is loaded again. */
  readonly save: (part: KeptPart) => Promise<void>
  /** The place, with all rows up to it; null when there is nothing to go on with. */
  readonly restore: () => Promise<KeptPart | null>
  readonly forget: () => Promise<void>
}

type Place = Omit<KeptPart, 'items'>

const PLACES = 'places'
const ROWS = 'rows'

interface KeptRows {
  readonly connectionId: string
  readonly items: readonly Item[]
}

/** Keeps in this tab's database. */
export function keeperOf(connectionId: string): Keeper {
  const database = () => openTabDatabase([PLACES, ROWS])
  const attempt = async <T>(what: (database: IDBDatabase) => Promise<T>): Promise<T | null> => {
    const db = await database()
    return db && (await what(db).catch(() => null))
  }
  return {
    save: async ({ items, ...place }) => {
      await attempt((db) =>
        inTransaction(db, 'readwrite', (transaction) => {
          transaction.objectStore(ROWS).add({ connectionId, items } satisfies KeptRows)
          return transaction.objectStore(PLACES).put(place, connectionId)
        }),
      )
    },
    restore: () =>
      attempt(async (db) => {
        const place = await inTransaction<Place | undefined>(db, 'readonly', (transaction) =>
          transaction.objectStore(PLACES).get(connectionId),
        )
        if (!place) return null
        const rows = await inTransaction<KeptRows[]>(db, 'readonly', (transaction) =>
          transaction.objectStore(ROWS).getAll(),
        )
        const items = (rows ?? []).filter((part) => part.connectionId === connectionId).flatMap((part) => part.items)
        return { ...place, items }
      }),
    forget: async () => {
      await attempt((db) =>
        inTransaction(db, 'readwrite', (transaction) => {
          transaction.objectStore(PLACES).delete(connectionId)
          deleteRows(transaction.objectStore(ROWS), connectionId)
          return null
        }),
      )
    },
  }
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
