/** The page's state that a link should carry: portal, tab, opened item, text filter, sort order. */
import { useCallback, useMemo, useSyncExternalStore } from 'react'

export interface UrlState {
  readonly portal: string | null
  readonly type: string | null
  readonly item: string | null
  readonly q: string
  readonly sort: Sort | null
}

export interface Sort {
  readonly id: string
  readonly desc: boolean
}

export type UrlPatch = Partial<UrlState>

/** `push` makes a step that the back button undoes; `replace` does not. */
export type UrlStep = 'push' | 'replace'

export function parseUrlState(search: string): UrlState {
  const query = new URLSearchParams(search)
  return {
    portal: query.get('portal'),
    type: query.get('type'),
    item: query.get('item'),
    q: query.get('q') ?? '',
    sort: parseSort(query.get('sort')),
  }
}

/** The query that stands for `patch` laid over `search`; parameters of others stay. */
export function buildSearch(search: string, patch: UrlPatch): string {
  const query = new URLSearchParams(search)
  const next = { ...parseUrlState(search), ...patch }
  set(query, 'portal', next.portal)
  set(query, 'type', next.type)
  set(query, 'item', next.item)
  set(query, 'q', next.q)
  set(query, 'sort', next.sort && `${next.sort.desc ? '-' : ''}${next.sort.id}`)
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

function parseSort(value: string | null): Sort | null {
  if (!value || value === '-') return null
  return value.startsWith('-') ? { id: value.slice(1), desc: true } : { id: value, desc: false }
}

function set(query: URLSearchParams, name: string, value: string | null): void {
  if (value) query.set(name, value)
  else query.delete(name)
}
