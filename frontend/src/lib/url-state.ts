/** The page's state that a link should carry: which account, which records, in what order and look. */
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { buildCondition, isDay, parseCondition, type Condition } from './condition'

export type { Condition, Operator } from './condition'

export interface UrlState {
  /** The integration; null is the first one. */
  readonly app: string | null
  readonly portal: string | null
  readonly view: 'overview' | 'sync' | null
  readonly type: string | null
  readonly item: string | null
  readonly q: string
  /** The vendor searches for `q`, not this page. */
  readonly find: boolean
  readonly is: readonly FacetValue[]
  readonly date: DateSpan | null
  /** All must hold. */
  readonly where: readonly Condition[]
  readonly sort: Sort | null
  /** Chosen columns by id; empty: the usual ones. */
  readonly cols: readonly string[]
  /** The name of the saved view that the table began with. */
  readonly named: string | null
  readonly density: Density
}

export type Density = 'comfortable' | 'compact'

export interface Sort {
  readonly id: string
  readonly desc: boolean
}

export interface FacetValue {
  readonly column: string
  readonly value: string
}

/** Whole days, both included; null is open. */
export interface DateSpan {
  readonly column: string
  readonly from: string | null
  readonly to: string | null
}

/** How a type's table is arranged. */
export type TableState = Pick<UrlState, 'item' | 'q' | 'find' | 'is' | 'date' | 'where' | 'sort' | 'cols' | 'named'>

type UrlPatch = Partial<UrlState>

/** `push` makes a step that the back button undoes; `replace` does not. */
type UrlStep = 'push' | 'replace'

/** Nothing chosen within a type's records: what a change of type begins with. */
export const FRESH_TABLE = {
  item: null,
  q: '',
  find: false,
  is: [],
  date: null,
  where: [],
  sort: null,
  cols: [],
  named: null,
} as const satisfies TableState

export function parseUrlState(search: string): UrlState {
  const query = new URLSearchParams(search)
  // An empty value is none.
  const named = (name: string) => query.get(name) || null
  return {
    app: named('app'),
    portal: named('portal'),
    view: parseView(query.get('view')),
    type: named('type'),
    item: named('item'),
    q: parseWords(query.get('q') ?? ''),
    find: query.get('find') === '1',
    is: parseFacets(JSON.stringify(query.getAll('is'))),
    date: parseSpan(query.get('date') ?? ''),
    where: parseConditions(JSON.stringify(query.getAll('where'))),
    sort: parseSort(query.get('sort') ?? ''),
    cols: parseColumns(query.get('cols') ?? ''),
    named: named('name'),
    density: query.get('density') === 'compact' ? 'compact' : 'comfortable',
  }
}

/** The query that stands for `patch` laid over `search`; parameters of others stay. */
export function buildSearch(search: string, patch: UrlPatch): string {
  const query = new URLSearchParams(search)
  const next = { ...parseUrlState(search), ...patch }
  set(query, 'app', next.app)
  set(query, 'portal', next.portal)
  set(query, 'view', next.view)
  set(query, 'type', next.type)
  set(query, 'item', next.item)
  const q = parseWords(next.q)
  set(query, 'q', q)
  set(query, 'find', next.find && q !== '' ? '1' : null)
  query.delete('is')
  for (const facet of next.is) query.append('is', `${facet.column}:${facet.value}`)
  set(query, 'date', next.date && `${next.date.column}:${next.date.from ?? ''}..${next.date.to ?? ''}`)
  query.delete('where')
  for (const condition of next.where) query.append('where', buildCondition(condition))
  set(query, 'sort', next.sort && `${next.sort.desc ? '-' : ''}${next.sort.id}`)
  set(query, 'cols', next.cols.join(','))
  set(query, 'name', next.named)
  set(query, 'density', next.density === 'compact' ? 'compact' : null)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** Reads the state from the address bar and writes it back. */
export function useUrlState(): [UrlState, (patch: UrlPatch, step?: UrlStep) => void] {
  const search = useSyncExternalStore(subscribe, () => window.location.search)
  const state = useMemo(() => parseUrlState(search), [search])
  const update = useCallback((patch: UrlPatch, step: UrlStep = 'push') => {
    const { pathname, search: before, hash } = window.location
    const after = buildSearch(before, patch)
    if (after === before) return
    const url = `${pathname}${after}${hash}`
    if (step === 'push') window.history.pushState(null, '', url)
    else window.history.replaceState(null, '', url)
    window.dispatchEvent(new Event(CHANGED))
  }, [])
  return [state, update]
}

const CHANGED = 'urlstatechange'

function subscribe(onChange: () => void): () => void {
  window.addEventListener('popstate', onChange)
  window.addEventListener(CHANGED, onChange)
  return () => {
    window.removeEventListener('popstate', onChange)
    window.removeEventListener(CHANGED, onChange)
  }
}

/** Spaces alone say nothing. */
function parseWords(text: string): string {
  return text.trim() === '' ? '' : text
}

function parseView(text: string | null): UrlState['view'] {
  return text === 'overview' || text === 'sync' ? text : null
}

const SPAN = /^([^:]+):(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?$/

const parseSort = remembered((text): Sort | null => {
  if (text === '' || text === '-') return null
  return text.startsWith('-') ? { id: text.slice(1), desc: true } : { id: text, desc: false }
})

const parseFacets = remembered((texts): FacetValue[] =>
  (JSON.parse(texts) as string[]).flatMap((facet) => {
    const colon = facet.indexOf(':')
    return colon > 0 ? [{ column: facet.slice(0, colon), value: facet.slice(colon + 1) }] : []
  }),
)

const parseConditions = remembered((texts): Condition[] =>
  (JSON.parse(texts) as string[]).flatMap((text) => parseCondition(text) ?? []),
)

const parseSpan = remembered((text): DateSpan | null => {
  const [, column, from, to] = SPAN.exec(text) ?? []
  if (!column || !(from || to) || ![from, to].every((day) => !day || isDay(day))) return null
  return { column, from: from ?? null, to: to ?? null }
})

const parseColumns = remembered((text): string[] => text.split(',').filter(Boolean))

/** The same text gives the very same value, so that opening a record does not filter 200,000 rows again. */
function remembered<T>(parse: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly value: T } | null = null
  return (text) => {
    if (last?.text !== text) last = { text, value: parse(text) }
    return last.value
  }
}

function set(query: URLSearchParams, name: string, value: string | null): void {
  if (value) query.set(name, value)
  else query.delete(name)
}
