/**
 * Which rows are shown and in what order. No markup.
 *
 * A table library's row model was measured first (TanStack Table 9, 200,000 rows): 0.6 s and 140 MB for each change of
 * the data, 2.3 s to sort. This keeps an array of the items and one of their keys: 0.15 s to sort, and rows that are
 * appended while a load runs are merged into what is there. Rows that were sorted without a filter are kept, so that
 * typing in the search does not sort again.
 *
 * Items are always read in the order of arrival, as they lie in memory: in the order shown it takes four times as long.
 */
import type { Item } from '../../api/types'
import { textKey } from './text-key'
import { MAX_LENGTH, textComparison } from './text-order'

/** Texts are ordered as a person would: no case, no accents, numbers by size. */
export type SortKey = string | number | null

export interface Arrangement {
  /** Null shows every row. */
  readonly matches: ((item: Item) => boolean) | null
  /** Null keeps the order of arrival. Rows without a key come last either way. */
  readonly sort: { readonly key: (item: Item) => SortKey; readonly desc: boolean } | null
}

interface Sorted {
  /** In the order of arrival. */
  readonly found: readonly Item[]
  /** The places in `found` of what is shown, in order. */
  readonly order: Uint32Array
  /** By place, as they are compared; null until rows are merged. */
  readonly keys: readonly SortKey[] | null
}

/** All rows of `source` up to `count`. */
interface Whole extends Sorted {
  readonly source: readonly Item[]
  readonly count: number
  readonly sort: Arrangement['sort']
}

const NOTHING: Sorted = { found: [], order: new Uint32Array(), keys: null }

/** Keeps the arranged rows between calls. Hold one a view. */
export class RowOrder {
  private source: readonly Item[] | null = null
  private arrangement: Arrangement | null = null
  private seen = 0
  private sorted = NOTHING
  private rows: readonly Item[] = []
  private whole: Whole | null = null

  /** The rows of the first `count` items. The same arrangement over the same, grown array only looks at what is new. */
  arrange(items: readonly Item[], count: number, arrangement: Arrangement): readonly Item[] {
    const continues = items === this.source && arrangement === this.arrangement && count >= this.seen
    if (!continues) this.reset(items, count, arrangement)
    else if (count === this.seen) return this.rows
    const fresh = this.matching(items, count)
    this.seen = count
    if (fresh.length === 0) return this.rows
    const { sort } = arrangement
    // A new array each time, so that a holder of the last one sees the change.
    if (sort === null) this.rows = this.rows.concat(fresh)
    else this.show(withFresh(this.sorted, fresh, sort))
    return this.rows
  }

  private reset(items: readonly Item[], count: number, arrangement: Arrangement): void {
    this.keepWhole()
    this.source = items
    this.arrangement = arrangement
    const whole = this.wholeOf(items, count, arrangement.sort)
    this.seen = whole ? count : 0
    this.show(whole ? chosenOf(whole, arrangement.matches) : NOTHING)
  }

  private show(sorted: Sorted): void {
    this.sorted = sorted
    this.rows = itemsOf(sorted)
  }

  private keepWhole(): void {
    const { source, arrangement, seen: count, sorted } = this
    if (source === null || arrangement?.sort == null || arrangement.matches !== null) return
    this.whole = { source, count, sort: arrangement.sort, ...sorted }
  }

  private wholeOf(items: readonly Item[], count: number, sort: Arrangement['sort']): Whole | null {
    if (this.whole?.source !== items) this.whole = null
    return this.whole?.count === count && this.whole.sort === sort ? this.whole : null
  }

  private matching(items: readonly Item[], count: number): readonly Item[] {
    const fresh = items.slice(this.seen, count)
    const matches = this.arrangement?.matches
    return matches ? fresh.filter(matches) : fresh
  }
}

function itemsOf({ found, order }: Sorted): readonly Item[] {
  const items: Item[] = []
  for (const place of order) {
    const item = found[place]
    // Whether it is there, without reading it: that would take longer than all the rest.
    if (item !== undefined) items.push(item)
  }
  return items
}

function chosenOf(whole: Sorted, matches: Arrangement['matches']): Sorted {
  if (matches === null) return whole
  const fits = Uint8Array.from(whole.found, (item) => (matches(item) ? 1 : 0))
  return { ...whole, order: whole.order.filter((place) => fits[place] === 1) }
}

function withFresh(old: Sorted, fresh: readonly Item[], { key, desc }: NonNullable<Arrangement['sort']>): Sorted {
  const direction = desc ? -1 : 1
  const found = old.found.concat(fresh)
  if (old.found.length === 0) return { found, order: orderOf(found.map(key), direction), keys: null }
  const comparable = (item: Item) => comparableKey(key(item))
  const keys = (old.keys ?? old.found.map(comparable)).concat(fresh.map(comparable))
  const compare = (a: number, b: number) => compareKeys(keys[a] ?? null, keys[b] ?? null, direction)
  const added = Uint32Array.from(fresh, (_, place) => old.found.length + place).sort(compare)
  return { found, order: merged(old.order, added, compare), keys }
}

/** Both orders as one; of equal places those of `old` come first. */
function merged(old: Uint32Array, added: Uint32Array, compare: (a: number, b: number) => number): Uint32Array {
  const order = new Uint32Array(old.length + added.length)
  let from = 0
  let next = 0
  for (const place of added) {
    while (from < old.length && compare(old[from] ?? 0, place) <= 0) order[next++] = old[from++] ?? 0
    order[next++] = place
  }
  order.set(old.subarray(from), next)
  return order
}

/** The places of the keys in order; equal ones as they came. */
function orderOf(keys: readonly SortKey[], direction: 1 | -1): Uint32Array {
  const order = new Uint32Array(keys.length)
  let next = 0
  for (let place = 0; place < keys.length; place++) if (keys[place] !== null) order[next++] = place
  order.subarray(0, next).sort(comparison(keys, direction))
  for (let place = 0; place < keys.length; place++) if (keys[place] === null) order[next++] = place
  return order
}

/** Of two places whose keys are not null. Keys that are all numbers or all short texts are sorted in half of the time. */
function comparison(keys: readonly SortKey[], direction: 1 | -1): (a: number, b: number) => number {
  if (areNumbers(keys)) return (a, b) => direction * ((keys[a] ?? 0) - (keys[b] ?? 0)) || a - b
  if (areShortTexts(keys))
    return textComparison(
      keys.map((key) => key ?? ''),
      direction,
    )
  const comparable = keys.map(comparableKey)
  return (a, b) => compareKeys(comparable[a] ?? null, comparable[b] ?? null, direction) || a - b
}

function areNumbers(keys: readonly SortKey[]): keys is readonly (number | null)[] {
  return keys.every((key) => key === null || typeof key === 'number')
}

function areShortTexts(keys: readonly SortKey[]): keys is readonly (string | null)[] {
  return keys.every((key) => key === null || (typeof key === 'string' && key.length <= MAX_LENGTH))
}

function comparableKey(key: SortKey): SortKey {
  return typeof key === 'string' ? textKey(key) : key
}

/** Numbers before texts; nothing comes last in both directions. */
export function compareKeys(a: SortKey, b: SortKey, direction: 1 | -1): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  if (typeof a !== typeof b) return typeof a === 'number' ? -direction : direction
  return a < b ? -direction : direction
}
