/** Records read page by page: quick to begin with, and what the vendor's own search finds. */
import { useInfiniteQuery, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { itemsQuery, type PageRequest } from '../../api/items'
import type { Item, ItemsPage, ItemWarning } from '../../api/types'

/** `keeps`: whether the pages of an earlier request, by its key, stay while those of this one are awaited. */
export function usePages(request: PageRequest, enabled: boolean, keeps: Keeps = () => false) {
  const options = itemsQuery(request)
  const query = useInfiniteQuery({
    ...options,
    enabled,
    placeholderData: (pages, before) => (before && keeps(before.queryKey, options.queryKey) ? pages : undefined),
  })
  const pages = query.data?.pages
  const items = useMemo(() => uniqueItems(pages), [pages])
  const warnings = useMemo(() => uniqueWarnings(pages), [pages])
  return { query, items, warnings }
}

type Keeps = (before: readonly unknown[], now: readonly unknown[]) => boolean

export type Pages = ReturnType<typeof usePages>

/** A record that moved between two pages while they were read shows once. */
function uniqueItems(pages: readonly ItemsPage[] | undefined): Item[] {
  const byId = new Map<string, Item>()
  for (const page of pages ?? []) for (const item of page.items) byId.set(item.id, item)
  return [...byId.values()]
}

function uniqueWarnings(pages: readonly ItemsPage[] | undefined): ItemWarning[] {
  const byKey = new Map<string, ItemWarning>()
  for (const page of pages ?? [])
    for (const warning of page.warnings) byKey.set(`${warning.code} ${warning.detail}`, warning)
  return [...byKey.values()]
}

/** Records of a type that any page of the connection brought, each once. */
export function itemsInPages(cache: QueryClient, connectionId: string, objectType: string): readonly Item[] {
  const queryKey = ['connection', connectionId, 'items', objectType]
  return uniqueItems(
    cache.getQueriesData<InfiniteData<ItemsPage>>({ queryKey }).flatMap(([, data]) => data?.pages ?? []),
  )
}

/** A record that any page of the connection brought. */
export function findInPages(cache: QueryClient, connectionId: string, id: string): Item | undefined {
  const known = cache.getQueriesData<InfiniteData<ItemsPage>>({ queryKey: ['connection', connectionId, 'items'] })
  for (const [, data] of known)
    for (const page of data?.pages ?? []) {
      const found = page.items.find((item) => item.id === id)
      if (found) return found
    }
  return undefined
}

/** Reads the first page of the other types while nobody waits, so that tabs answer at once. */
export function usePreload(requests: readonly PageRequest[], ready: boolean): void {
  const cache = useQueryClient()
  const wanted = JSON.stringify(requests)
  useEffect(() => {
    if (!ready) return
    for (const request of JSON.parse(wanted) as PageRequest[]) void cache.prefetchInfiniteQuery(itemsQuery(request))
  }, [cache, wanted, ready])
}
