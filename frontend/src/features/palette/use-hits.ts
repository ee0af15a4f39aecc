/** What the vendor's search finds for a text once the typing rests. The next key cancels the requests. */
import { useQueries, type UseQueryResult } from '@tanstack/react-query'
import { hitsQuery } from '../../api/hits'
import type { Item, ItemsPage } from '../../api/types'
import { useSettled } from '../../lib/use-settled'
import { typesToSearch } from './search-types'

const REST_MS = 300

export interface Hits {
  readonly items: readonly Item[]
  readonly status: 'idle' | 'searching' | 'failed'
}

interface HitsOf {
  readonly provider: string
  readonly connectionId: string
  readonly text: string
  /** The types whose records are not all loaded. */
  readonly incomplete: readonly string[]
}

export function useHits({ provider, connectionId, text, incomplete }: HitsOf): Hits {
  const rested = useSettled(text, REST_MS)
  const types = rested === text ? typesToSearch(text, incomplete) : []
  return useQueries({
    queries: types.map((objectType) => hitsQuery({ provider, connectionId, objectType, q: text })),
    combine: hitsOf,
  })
}

function hitsOf(results: readonly UseQueryResult<ItemsPage>[]): Hits {
  const items = results.flatMap(({ data }) => data?.items ?? [])
  if (results.some(({ isFetching }) => isFetching)) return { items, status: 'searching' }
  return { items, status: results.some(hasFailed) ? 'failed' : 'idle' }
}

/** A type that the vendor refuses to search comes as an empty page with a warning. */
function hasFailed({ isError, data }: UseQueryResult<ItemsPage>): boolean {
  return isError || (data?.items.length === 0 && data.warnings.length > 0)
}
