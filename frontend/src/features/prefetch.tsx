/** Asks for what an account's table begins with, before the table is drawn: on a slow machine that takes a while. */
import { usePrefetchInfiniteQuery, usePrefetchQuery } from '@tanstack/react-query'
import { objectTypesQuery } from '../api/integrations'
import { itemsQuery, UNARRANGED } from '../api/items'
import type { Connection, Integration } from '../api/types'
import type { UrlState } from '../lib/url-state'

interface EarlyAnswersProps {
  readonly integration: Integration
  readonly connection: Connection
  /** The type that the table begins with. */
  readonly objectType: string
}

export function Prefetch({ integration, connection, objectType }: EarlyAnswersProps) {
  const provider = integration.id
  const connectionId = connection.connection_id
  usePrefetchInfiniteQuery(itemsQuery({ provider, connectionId, objectType, ...UNARRANGED }))
  usePrefetchQuery(objectTypesQuery(provider, connectionId, false))
  usePrefetchQuery(objectTypesQuery(provider, connectionId, true))
  return null
}

/** What the address begins with, when that can be read in every account; else null. */
export function firstType({ object_types }: Integration, url: Pick<UrlState, 'view' | 'type'>): string | null {
  const always = object_types.filter((type) => type.default).map((type) => type.name)
  const wanted = url.view === null ? (url.type ?? always[0]) : undefined
  return wanted !== undefined && always.includes(wanted) ? wanted : null
}
