/**
 * The records of one type as the address asks for them.
 *
 * As long as some of them are not here, the vendor's search finds, sorts and filters what it can. It answers from all
 * records, so that the first rows are the true ones.
 */
import { useQueryClient } from '@tanstack/react-query'
import { isRearranged, UNARRANGED, type PageRequest } from '../../api/items'
import type { Connection, Integration } from '../../api/types'
import { refreshValues } from '../../api/values'
import { problemOf, type Problem } from '../../lib/problem'
import type { UrlState } from '../../lib/url-state'
import { useSettled } from '../../lib/use-settled'
import type { IntegrationDescriptor } from '../descriptor'
import type { AccountLoad } from '../load/account-load'
import type { TypeTab } from './object-types'
import { usePages, type Pages } from './pages'
import { recordsOf, type RecordSet } from './record-set'
import { useRecordsHere } from './use-records-here'
import { useVendorSearch } from './use-vendor-search'

export interface Records extends RecordSet {
  /** The pages of `items`. */
  readonly request: PageRequest
  readonly here: RecordsHere
  /** `items` have the order and the filters of the address already: the vendor's search did it. */
  readonly arranged: boolean
  /** The vendor's count of what it found; null when it gives none. */
  readonly total: number | null
  /** The vendor was asked; until it answers, `items` are those that were shown before. */
  readonly asking: boolean
  /** Why the vendor did not sort and filter. */
  readonly searchProblem: Problem | null
}

/** What is here of the type, whatever is searched for. */
export interface RecordsHere extends RecordSet {
  readonly request: PageRequest
}

interface RecordsRequest {
  readonly integration: Integration
  readonly descriptor: IntegrationDescriptor
  readonly connection: Connection
  readonly tab: TypeTab
  readonly load: AccountLoad
  /** All records will be here in a moment: nothing is searched for until then. */
  readonly wholeSoon: boolean
  readonly wanted: Pick<UrlState, 'q' | 'find' | 'is' | 'date' | 'where' | 'sort'>
}

/** A change of the address is asked for when no other one follows: an account has few searches a second. */
const SETTLED_MS = 250

export function useRecords(request: RecordsRequest): Records {
  const { integration, descriptor, connection, tab, load, wholeSoon, wanted } = request
  const cache = useQueryClient()
  const all = { provider: integration.id, connectionId: connection.connection_id, objectType: tab.name, ...UNARRANGED }
  const here = { ...useRecordsHere(all, tab, load), request: all }
  const find = wanted.find && wanted.q !== '' ? wanted.q : null
  // Words that the vendor is not asked for are looked for among what is here.
  const mayAsk =
    connection.status === 'connected' && (find !== null || (wanted.q === '' && !here.complete && !wholeSoon))
  const asked = useVendorSearch({ descriptor, tab, here, wanted, enabled: mayAsk })
  const isPlain = find === null && asked === null
  const search = isPlain || asked === undefined ? null : { ...all, ...asked, q: find }
  const text = JSON.stringify(search)
  const settledText = useSettled(text, SETTLED_MS)
  const settled = JSON.parse(settledText) as PageRequest | null
  const found = usePages(settled ?? all, tab.readable && search !== null && settled !== null, isRearranged)
  const asking = search === null || text !== settledText || found.query.isPlaceholderData
  if (isPlain) return { ...here, here, arranged: false, total: null, asking: false, searchProblem: null }
  const shared = { request: settled ?? all, here, arranged: asked !== null, searchProblem: null }
  const isAsked = search !== null && settled !== null && settled.q === find
  if (find === null && !(isAsked && found.query.data)) return { ...here, ...shared, ...unanswered(found, asking) }
  if (!isAsked) return { ...here, ...shared, ...NOTHING_YET }
  const set = recordsOf(found, 'search', () => {
    refreshValues(cache, connection.connection_id, tab.name)
    void found.query.refetch()
  })
  return { ...set, ...shared, total: found.query.data?.pages[0]?.total ?? null, asking }
}

/** Of words that the vendor looks for. */
const NOTHING_YET: Pick<Records, 'from' | 'items' | 'count' | 'pending' | 'problem' | 'more' | 'total' | 'asking'> = {
  from: 'search',
  items: [],
  count: 0,
  pending: true,
  problem: null,
  more: null,
  total: null,
  asking: false,
}

/** What is here stays until the vendor has answered; if it fails, that is what is sorted and filtered. */
function unanswered({ query }: Pages, asking: boolean) {
  const failed = query.isError && !asking
  return {
    arranged: !failed,
    asking: !failed,
    ...(failed ? { reload: () => void query.refetch() } : { more: null }),
    total: null,
    searchProblem: failed ? problemOf(query.error) : null,
  }
}
