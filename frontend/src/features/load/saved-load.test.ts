import { beforeEach, expect, test, vi } from 'vitest'
import { loadStoreFor, type SavedLoad } from './saved-load'

/** What the tab's database does here: transactions one after the other, each later than its call. */
const database = vi.hoisted(() => {
  type Store = Map<string, unknown>
  const stores = new Map<string, Store>()
  let last: Promise<unknown> = Promise.resolve()

  function answer<T>(result: T) {
    const request: { result: T; onsuccess: (() => void) | null } = { result, onsuccess: null }
    queue.push(() => request.onsuccess?.())
    return request
  }
  let queue: (() => void)[] = []

  function objectStore(name: string) {
    const store = stores.get(name) ?? new Map<string, unknown>()
    stores.set(name, store)
    return {
      get: (key: string) => answer(store.get(key)),
      getAll: () => answer([...store.values()]),
      put: (value: unknown, key: string) => answer(store.set(key, value)),
      add: (value: unknown) => answer(store.set(String(store.size), value)),
      delete: (key: string) => answer(store.delete(key)),
      openCursor: () => {
        const keys = [...store.keys()]
        const request = answer<object | null>(null)
        const step = () => {
          const key = keys.shift()
          const next = () =>
            queue.push(() => {
              step()
              request.onsuccess?.()
            })
          request.result =
            key === undefined ? null : { value: store.get(key), delete: () => store.delete(key), continue: next }
        }
        step()
        return request
      },
    }
  }

  function run(use: (transaction: object) => { result: unknown } | null): Promise<unknown> {
    const done = last.then(() => {
      queue = []
      const request = use({ objectStore })
      for (let next = queue.shift(); next; next = queue.shift()) next()
      return request?.result
    })
    last = done
    return done
  }
  return { stores, run }
})

vi.mock('../../lib/tab-database', () => ({
  openTabDatabase: () => Promise.resolve({}),
  inTransaction: (_: unknown, __: unknown, use: Parameters<typeof database.run>[0]) => database.run(use),
}))

const PART = {
  objectTypes: ['contacts'],
  resume: 'p1',
  types: { contacts: { total: 9, done: 5 } },
  items: [],
  running: true,
} as const satisfies SavedLoad

beforeEach(() => {
  database.stores.clear()
})

test('a load that is stopped is restored as stopped', async () => {
  const store = loadStoreFor('c1')
  await store.save(PART)
  await store.pause()

  expect(await store.restore()).toEqual({ ...PART, running: false })
})

test('a load that is forgotten while it is marked as stopped does not come back without its rows', async () => {
  const store = loadStoreFor('c1')
  await store.save(PART)

  await Promise.all([store.pause(), store.forget()])

  expect(await store.restore()).toBeNull()
})
