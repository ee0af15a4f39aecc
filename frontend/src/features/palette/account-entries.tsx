/** What the palette offers of the shown account: saved views, object types, records by name, and the vendor's search. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Bookmark, ChartColumn, DatabaseZap, FileText, Search, Table2 } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import { objectTypesQuery } from '../../api/integrations'
import { itemQuery } from '../../api/item'
import type { Connection, Item } from '../../api/types'
import { strings } from '../../lib/strings'
import { recallTable } from '../../lib/table-memory'
import { FRESH_TABLE, useUrlState } from '../../lib/url-state'
import { typeTabs, withCounts, type TypeTab } from '../items/object-types'
import { itemsInPages } from '../items/pages'
import { tableKey } from '../items/table-key'
import type { AccountLoad } from '../load/account-load'
import { useLoad } from '../load/use-load'
import { stateOf } from '../views/saved-views'
import { useSavedViews } from '../views/use-saved-views'
import { Finder, matchingGroups, type Entry, type EntryGroup } from './entries'
import type { PaletteOf } from './palette-of'
import { incompleteTypes } from './search-types'
import { useHits } from './use-hits'

const words = strings.palette
/** Fewer characters are in every name. */
const MIN_RECORD_CHARACTERS = 2
const MAX_SEARCHES = 4

interface AccountEntriesProps extends PaletteOf {
  readonly connection: Connection
  readonly query: string
  readonly children: (groups: Groups) => ReactNode
}

/** Before and after what the page itself offers. */
interface Groups {
  readonly before: readonly EntryGroup[]
  readonly after: readonly EntryGroup[]
  /** What the vendor's search is doing; null when there is nothing to report. */
  readonly status: string | null
}

export function AccountEntries({ integration, descriptor, connection, query, children }: AccountEntriesProps) {
  const [, setUrl] = useUrlState()
  const { connection_id: connectionId } = connection
  const load = useLoad(integration.id, connectionId)
  const offered = useKnownTypes(integration.id, connectionId)
  const tabs = useMemo(() => typeTabs(integration, offered), [integration, offered])
  const views = useSavedViews(integration.id, connection.portal_id)
  const records = useRecordsNamed(query, load, tabs, connectionId)
  const text = query.trim()
  const incomplete = incompleteTypes(tabs, load)
  const searched = descriptor.quickSearch === true && connection.status === 'connected' ? incomplete : []
  const request = { provider: integration.id, connectionId }
  const hits = useHits({ ...request, text, incomplete: searched.map(({ name }) => name) })
  const cache = useQueryClient()
  const open = (type: string, state: Parameters<typeof setUrl>[0]) => {
    setUrl({ ...recallTable(tableKey(connection, type)), view: null, type, ...state })
  }
  const labels = new Map(tabs.map((tab) => [tab.name, tab.label]))
  const viewEntries = views.all.map((view): Entry => ({
    id: `view ${view.type} ${view.name}`,
    label: view.name,
    detail: labels.get(view.type) ?? view.type,
    icon: <Bookmark />,
    run: () => {
      setUrl({ ...stateOf(view), app: integration.id, portal: connection.portal_id })
    },
  }))
  const pages = [
    { name: 'overview', label: strings.items.overviewTab, icon: <ChartColumn /> },
    { name: 'sync', label: strings.sync.title, icon: <DatabaseZap /> },
  ] as const
  const typeEntries: Entry[] = [
    ...tabs.map((tab) => ({
      id: `type ${tab.name}`,
      label: tab.label,
      icon: <Table2 />,
      run: () => {
        open(tab.name, {})
      },
    })),
    ...pages.map(({ name, ...entry }) => ({
      id: `page ${name}`,
      ...entry,
      run: () => {
        setUrl({ view: name, item: null })
      },
    })),
  ]
  const openRecord = (item: Item) => {
    open(item.object_type, { item: item.id })
  }
  const recordEntries = records.map((item) => recordEntry(item, openRecord))
  const openHit = (item: Item) => {
    cache.setQueryData(itemQuery({ ...request, itemId: item.id }).queryKey, item)
    openRecord(item)
  }
  const listed = new Set(records.map(({ id }) => id))
  const hitEntries = hits.items.filter(({ id }) => !listed.has(id)).map((item) => recordEntry(item, openHit))
  const searchEntries = (text === '' ? [] : incomplete.slice(0, MAX_SEARCHES)).map((tab): Entry => ({
    id: `search ${tab.name}`,
    label: words.searchFor(text, tab.label),
    icon: <Search />,
    run: () => {
      setUrl({ ...FRESH_TABLE, view: null, type: tab.name, q: text, find: true })
    },
  }))
  const { groups } = words
  return children({
    before: [
      ...matchingGroups(
        [
          { title: groups.views, items: viewEntries },
          { title: groups.types, items: typeEntries },
        ],
        query,
      ),
      ...shown({ title: groups.records, items: recordEntries }),
    ],
    // What comes later stands last: nothing above it moves.
    after: [
      ...shown({ title: groups.search(descriptor.label), items: searchEntries }),
      ...shown({ title: groups.hits(descriptor.label), items: hitEntries }),
    ],
    status: hits.status === 'idle' ? null : words[hits.status](descriptor.label),
  })
}

function recordEntry(item: Item, open: (item: Item) => void): Entry {
  return {
    id: `record ${item.id}`,
    label: item.name,
    detail: [item.type, item.parent_path_or_name].filter(Boolean).join(' · '),
    icon: <FileText />,
    run: () => {
      open(item)
    },
  }
}

function shown(group: EntryGroup): readonly EntryGroup[] {
  return group.items.length === 0 ? [] : [group]
}

/** As the page knows them already: opening the palette asks the vendor nothing. */
function useKnownTypes(provider: string, connectionId: string) {
  const { data: listed } = useQuery({ ...objectTypesQuery(provider, connectionId, false), enabled: false })
  const { data: counted } = useQuery({ ...objectTypesQuery(provider, connectionId, true), enabled: false })
  return useMemo(() => {
    const known = listed ?? counted
    return known && withCounts(known.object_types, counted?.object_types ?? [])
  }, [listed, counted])
}

/** Among what is loaded or was read in pages. */
function useRecordsNamed(query: string, load: AccountLoad, tabs: readonly TypeTab[], connectionId: string) {
  const cache = useQueryClient()
  const { state } = load
  return useMemo(() => {
    const finder = new Finder<Item>(query.trim().length < MIN_RECORD_CHARACTERS ? '' : query)
    for (const { name } of tabs) {
      const { items, count } = load.rowsOf(name)
      if (count === 0) for (const item of itemsInPages(cache, connectionId, name)) finder.add(item)
      for (let index = 0; index < count; index++) finder.add(items[index] as Item)
    }
    return finder.found
    // The rows grow in place: the state of the load tells when.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [query, load, state, tabs, cache, connectionId])
}
