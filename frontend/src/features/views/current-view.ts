/** Which saved view the address shows, and whether it was changed since. */
import type { TableState } from '../../lib/url-state'
import { find, isUsual, searchOf, type SavedView } from './saved-views'

export type CurrentView =
  | { readonly state: 'usual' | 'unsaved'; readonly view: null }
  | { readonly state: 'saved' | 'changed'; readonly view: SavedView }
  /** The address names a view that is not saved here: somebody shared it. */
  | { readonly state: 'shared'; readonly view: null; readonly name: string }

export function currentView(views: readonly SavedView[], type: string, url: TableState): CurrentView {
  const search = searchOf(url)
  if (url.named === null) {
    const same = views.find((view) => view.type === type && view.search === search)
    if (same) return { state: 'saved', view: same }
    return { state: isUsual(url) ? 'usual' : 'unsaved', view: null }
  }
  const view = find(views, type, url.named)
  if (!view) return { state: 'shared', view: null, name: url.named }
  return { state: view.search === search ? 'saved' : 'changed', view }
}
