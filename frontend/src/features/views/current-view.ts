/** Which saved view the address shows, and whether it was changed since. */
import type { TableState } from '../../lib/url-state'
import type { Columns } from '../items/columns'
import { isFiltered } from '../items/filters'
import { find, isUsual, searchOf, type SavedView } from './saved-views'

export type CurrentView =
  | { readonly state: 'usual' | 'unsaved'; readonly view: null }
  | { readonly state: 'saved' | 'changed'; readonly view: SavedView }
  /** The address names a view that is not saved here: somebody shared it. */
  | { readonly state: 'shared'; readonly view: null; readonly name: string }

/** `arranged`: whether what the address asks for means anything for the type's columns. */
export function currentView(views: readonly SavedView[], type: string, url: TableState, arranged = true): CurrentView {
  const search = searchOf(url)
  if (url.named === null) {
    const same = views.find((view) => view.type === type && view.search === search)
    if (same) return { state: 'saved', view: same }
    return { state: isUsual(url) || !arranged ? 'usual' : 'unsaved', view: null }
  }
  const view = find(views, type, url.named)
  if (!view) return { state: 'shared', view: null, name: url.named }
  return { state: view.search === search ? 'saved' : 'changed', view }
}

/** An address by hand may name columns that there are not, and ask for what means nothing for them. */
export function isArranged(url: TableState, { all, usual, chosen }: Columns): boolean {
  return url.q !== '' || chosen !== usual || isFiltered(url, all) || all.some((column) => column.id === url.sort?.id)
}
