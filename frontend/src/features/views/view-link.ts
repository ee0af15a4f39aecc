/** A link that shows a view to others who may see the account. */
import { buildSearch, type UrlState } from '../../lib/url-state'

/** Without what belongs to the reader alone, such as the opened record. */
export function linkOf(url: UrlState): string {
  const { app, portal, type, q, find, is, date, where, sort, cols, named } = url
  const { origin, pathname } = window.location
  return `${origin}${pathname}${buildSearch('', { app, portal, type, q, find, is, date, where, sort, cols, named })}`
}
