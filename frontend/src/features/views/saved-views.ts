/**
 * Saved views: how a table is arranged, under a name. Pure: lists in, lists out.
 *
 * A view keeps the table's part of an address, so that whatever an address can carry a view can, too, and two
 * arrangements are compared as texts.
 */
import { buildSearch, FRESH_TABLE, parseUrlState, type TableState, type UrlState } from '../../lib/url-state'

export interface SavedView {
  readonly type: string
  readonly name: string
  /** The table's part of an address, as `searchOf` writes it. */
  readonly search: string
}

export type ViewProblem = 'taken' | 'full' | 'long' | 'unstored'

export const MAX_VIEWS = 100
export const MAX_NAME_CHARACTERS = 60
const MAX_SEARCH_CHARACTERS = 8_000

/** What the browser stored; what is broken, too long or too much is left out. */
export function parseViews(stored: unknown): readonly SavedView[] {
  const views = Array.isArray(stored) ? stored.filter(isView) : []
  return views.filter((view, index) => find(views, view.type, view.name) === views[index]).slice(0, MAX_VIEWS)
}

function isView(entry: unknown): entry is SavedView {
  if (typeof entry !== 'object' || entry === null) return false
  const { type, name, search } = entry as Partial<Record<keyof SavedView, unknown>>
  return (
    typeof type === 'string' &&
    typeof name === 'string' &&
    typeof search === 'string' &&
    cleanName(name) === name &&
    name !== '' &&
    search.length <= MAX_SEARCH_CHARACTERS
  )
}

/** Without outer spaces, and not longer than a view's name may be. */
export function cleanName(text: string): string {
  // Half of an emoji cannot stand in an address.
  return text
    .trim()
    .slice(0, MAX_NAME_CHARACTERS)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim()
}

export function searchOf(url: TableState): string {
  const { q, find, is, date, where, sort, cols } = url
  return buildSearch('', { q, find, is, date, where, sort, cols })
}

/** Nothing is arranged: the type's usual table. */
export function isUsual(url: TableState): boolean {
  return searchOf(url) === ''
}

/** The address's part that shows the view. */
export function stateOf(view: SavedView): TableState & Pick<UrlState, 'view' | 'type'> {
  const { q, find, is, date, where, sort, cols } = parseUrlState(view.search)
  return { ...FRESH_TABLE, q, find, is, date, where, sort, cols, named: view.name, view: null, type: view.type }
}

/** Names are the same whatever their case. */
export function find(views: readonly SavedView[], type: string, name: string): SavedView | undefined {
  return views.find((view) => view.type === type && fold(view.name) === fold(name))
}

function fold(name: string): string {
  return name.toLocaleLowerCase()
}

/** With one more view; a view of this name is not replaced. */
export function added(views: readonly SavedView[], view: SavedView): readonly SavedView[] | ViewProblem {
  if (find(views, view.type, view.name)) return 'taken'
  if (view.search.length > MAX_SEARCH_CHARACTERS) return 'long'
  if (views.length >= MAX_VIEWS) return 'full'
  return [...views, view]
}

/** With `next` in the place of the view of this name. */
export function replaced(
  views: readonly SavedView[],
  { type, name }: Pick<SavedView, 'type' | 'name'>,
  next: SavedView,
): readonly SavedView[] | ViewProblem {
  const old = find(views, type, name)
  if (!old) return added(views, next)
  const other = find(views, next.type, next.name)
  if (other && other !== old) return 'taken'
  if (next.search.length > MAX_SEARCH_CHARACTERS) return 'long'
  return views.map((view) => (view === old ? next : view))
}

export function removed(views: readonly SavedView[], { type, name }: Pick<SavedView, 'type' | 'name'>) {
  const old = find(views, type, name)
  return views.filter((view) => view !== old)
}
