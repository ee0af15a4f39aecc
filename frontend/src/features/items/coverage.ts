/** What the toolbar says of the records: how many there are, and what a sort and filters do not cover. Pure. */
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { UrlState } from '../../lib/url-state'
import type { TypeTab } from './object-types'
import type { Records } from './use-records'

const words = strings.items

type Shown = Pick<
  Records,
  'from' | 'count' | 'total' | 'more' | 'complete' | 'pending' | 'problem' | 'arranged' | 'asking' | 'searchProblem'
>
interface Wanted extends Pick<UrlState, 'q' | 'sort'> {
  /** By values, dates or conditions that mean something here. */
  readonly filtered: boolean
}
type Searched = Pick<TypeTab, 'total' | 'search'>

/** Whether this page leaves records out by the address's words and filters. */
export function isNarrowedHere(records: Pick<Shown, 'from' | 'arranged'>, wanted: Wanted): boolean {
  return !records.arranged && (wanted.filtered || (wanted.q !== '' && records.from !== 'search'))
}

export function summaryOf(records: Shown, shown: number, wanted: Wanted, tab: Searched, vendor: string): string {
  if (records.asking) return words.asking(vendor)
  if (records.pending || records.problem) return ''
  const { count } = records
  if (isNarrowedHere(records, wanted)) return words.shown(formatCount(shown), formatCount(count))
  if (records.from === 'search') {
    if (records.total !== null) return words.foundIn(formatCount(records.total), vendor)
    return (records.more ? words.foundMore : words.found)(formatCount(count))
  }
  if (records.complete || (tab.total !== null && count >= tab.total)) return words.all(count)
  return words.count(formatCount(count), tab.total === null ? null : formatCount(tab.total))
}

/** Which records the sort and the filters leave out of account; null when they cover all. */
export function gapOf(records: Shown, wanted: Wanted, tab: Searched, vendor: string): string | null {
  if (records.complete || records.pending || records.asking) return null
  if (records.arranged) return beyondLimit(records.total, tab, vendor)
  if (!isNarrowedHere(records, wanted) && wanted.sort === null) return null
  if (records.from === 'search' && records.more === null) return null
  const failed = records.searchProblem ? `${words.searchFailed(vendor)} ` : ''
  return failed + coverage(records, tab.total)
}

function beyondLimit(total: number | null, { search }: Searched, vendor: string): string | null {
  if (total === null || search === null || total <= search.most_results) return null
  return words.mostResults(formatCount(search.most_results), formatCount(total), vendor)
}

function coverage({ from, count }: Shown, total: number | null): string {
  if (from === 'search') return words.partialFound(formatCount(count))
  return total === null ? words.partial(count) : words.partialOf(formatCount(count), formatCount(total))
}
