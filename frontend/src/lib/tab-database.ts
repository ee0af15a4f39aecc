/**
 * A database of this tab alone: it survives a reload, not the tab.
 *
 * Order of events: the tab's id comes from its session storage; a lock says that the tab lives; databases whose tab is
 * gone are deleted. Where the browser forbids any of it there is no database, and nobody depends on one.
 */

const PREFIX = 'integrations-tab-'
const ID_KEY = 'integrations-tab-id'
/** A reloaded page may come before the old one has let go of its lock; a copied tab never gets it. */
const LOCK_WITHIN_MS = 1_000
/** Browsers are known that never answer, such as with a damaged profile. */
const OPEN_WITHIN_MS = 3_000

let opened: Promise<IDBDatabase | null> | null = null

/** The database with one object store of each name; null where the browser has none to give. */
export function openTabDatabase(stores: readonly string[]): Promise<IDBDatabase | null> {
  opened ??= Promise.race([open(stores), nothingAfter(OPEN_WITHIN_MS)]).catch(() => null)
  return opened
}

function nothingAfter(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, ms, null))
}

/** Runs `use` in one transaction over all stores; resolves with its request's result once everything is written. */
export function inTransaction<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  use: (transaction: IDBTransaction) => IDBRequest<T> | null,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction([...database.objectStoreNames], mode)
    const request = use(transaction)
    transaction.oncomplete = () => {
      resolve(request?.result)
    }
    transaction.onabort = () => {
      reject(transaction.error ?? new Error('the transaction was aborted'))
    }
  })
}

async function open(stores: readonly string[]): Promise<IDBDatabase> {
  const id = await ownId()
  await deleteOrphans(id)
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(PREFIX + id, 1)
    request.onupgradeneeded = () => {
      for (const store of stores) request.result.createObjectStore(store, { autoIncrement: true })
    }
    request.onsuccess = () => {
      resolve(request.result)
    }
    request.onerror = () => {
      reject(request.error ?? new Error('the database could not be opened'))
    }
  })
}

async function ownId(): Promise<string> {
  const known = window.sessionStorage.getItem(ID_KEY)
  if (known !== null && (await takeLock(known))) return known
  const fresh = crypto.randomUUID()
  window.sessionStorage.setItem(ID_KEY, fresh)
  await takeLock(fresh)
  return fresh
}

/** Held until the page goes. False when another page holds it. */
function takeLock(id: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { signal: AbortSignal.timeout(LOCK_WITHIN_MS) }
    navigator.locks
      .request(PREFIX + id, options, () => {
        resolve(true)
        return new Promise<never>(() => undefined)
      })
      .catch(() => {
        resolve(false)
      })
  })
}

async function deleteOrphans(own: string): Promise<void> {
  const { held = [] } = await navigator.locks.query()
  const alive = new Set([PREFIX + own, ...held.map((lock) => lock.name)])
  for (const { name } of await indexedDB.databases())
    if (name?.startsWith(PREFIX) && !alive.has(name)) indexedDB.deleteDatabase(name)
}
