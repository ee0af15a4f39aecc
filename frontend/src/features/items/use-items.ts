/** The loaded items of one type, and every loaded item of a connection by its id. */
import { useInfiniteQuery, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { itemsQuery } from '../../api/items'
import type { Item, ItemsPage, ItemWarning } from '../../api/types'

export function useItems(provider: string, connectionId: string, objectType: string, enabled: boolean) {
  const query = useInfiniteQuery({ ...itemsQuery(provider, connectionId, objectType), enabled })
  const pages = query.data?.pages
  const items = useMemo(() => uniqueItems(pages), [pages])
  const warnings = useMemo(() => uniqueWarnings(pages), [pages])
  return { query, items, warnings }
}

export type ItemsQuery = ReturnType<typeof useItems>['query']

/** A record that moved between two pages while they were read shows once. */
export function uniqueItems(pages: readonly ItemsPage[] | undefined): Item[] {
  const byId = new Map<string, Item>()
  for (const page of pages ?? []) for (const item of page.items) byId.set(item.id, item)
  return [...byId.values()]
}

export function uniqueWarnings(pages: readonly ItemsPage[] | undefined): ItemWarning[] {
  const byKey = new Map<string, ItemWarning>()
  for (const page of pages ?? [])
    for (const warning of page.warnings) byKey.set(`${warning.code} ${warning.object_type ?? ''}`, warning)
  return [...byKey.values()]
}

/** Every item of the connection that any tab has loaded: associated records open in place when they are here. */
export function useLoadedItems(connectionId: string): ReadonlyMap<string, Item> {
  const cache = useQueryClient()
  const version = useSyncExternalStore(
    (onChange) => cache.getQueryCache().subscribe(onChange),
    () => loadedVersion(cache, connectionId),
  )
  // The version stands for the pages in the cache.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => loadedItems(cache, connectionId), [cache, connectionId, version])
}

/** Reads the first page of the other types while nobody waits, so that tabs and links answer at once. */
export function usePreload(
  provider: string,
  connectionId: string,
  objectTypes: readonly string[],
  ready: boolean,
): void {
  const cache = useQueryClient()
  const wanted = objectTypes.join(',')
  useEffect(() => {
    if (!ready || wanted === '') return
    for (const objectType of wanted.split(','))
      void cache.prefetchInfiniteQuery(itemsQuery(provider, connectionId, objectType))
  }, [cache, provider, connectionId, wanted, ready])
}

function itemQueries(cache: QueryClient, connectionId: string) {
  return cache.getQueryCache().findAll({ queryKey: ['connection', connectionId, 'items'] })
}

function loadedVersion(cache: QueryClient, connectionId: string): string {
  return itemQueries(cache, connectionId)
    .map((query) => `${query.queryHash}@${String(query.state.dataUpdatedAt)}`)
    .join()
}

function loadedItems(cache: QueryClient, connectionId: string): ReadonlyMap<string, Item> {
  const items = new Map<string, Item>()
  for (const query of itemQueries(cache, connectionId)) {
    const data = query.state.data as InfiniteData<ItemsPage> | undefined
    for (const item of uniqueItems(data?.pages)) items.set(item.id, item)
  }
  return items
}
