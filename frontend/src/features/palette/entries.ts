/** What the command palette lists for a text: pure. The best matches first, a few of each group. */
import type { ReactNode } from 'react'
import { wordPattern } from '../items/word-pattern'

export interface Entry {
  readonly id: string
  readonly label: string
  /** Tells entries of one name apart. */
  readonly detail?: string
  readonly icon?: ReactNode
  readonly run: () => void
}

export interface EntryGroup {
  readonly title: string
  readonly items: readonly Entry[]
}

const MAX_IN_GROUP = 8
/** Nothing typed yet: short lists are shown whole. */
const MAX_UNASKED = 24

/** The groups that have matches, each with its best ones. */
export function matchingGroups(groups: readonly EntryGroup[], query: string): readonly EntryGroup[] {
  const rank = ranking(query)
  return groups
    .map(({ title, items }) => ({ title, items: best(items, rank, rank === null ? MAX_UNASKED : MAX_IN_GROUP) }))
    .filter((group) => group.items.length > 0)
}

function best(items: readonly Entry[], rank: Rank | null, most: number): readonly Entry[] {
  if (rank === null) return items.slice(0, most)
  return items
    .map((entry) => ({ entry, place: rank(entry.label, entry.detail) }))
    .filter(({ place }) => place !== null)
    .sort((a, b) => (a.place ?? 0) - (b.place ?? 0))
    .slice(0, most)
    .map(({ entry }) => entry)
}

/** The lower the better; null for what does not match. */
type Rank = (label: string, detail?: string) => number | null

/** Null when nothing is asked. */
export function ranking(query: string): Rank | null {
  const words = query.split(/\s+/).filter(Boolean).map(wordPattern)
  const [first] = words
  if (!first) return null
  return (label, detail = '') => {
    const text = `${label} ${detail}`
    if (!words.every((word) => word.test(text))) return null
    const at = label.search(first)
    if (at === 0) return 0
    return at > 0 && /\W/.test(label.charAt(at - 1)) ? 1 : 2
  }
}

/** Named things, such as records: the best `most` of many, in one pass and without a copy. */
export class Finder<T extends { readonly name: string }> {
  private readonly ranks: T[][] = [[], [], []]
  private readonly rank: Rank | null

  constructor(
    query: string,
    private readonly most: number = MAX_IN_GROUP,
  ) {
    this.rank = ranking(query)
  }

  add(thing: T): void {
    const place = this.rank?.(thing.name) ?? null
    const found = place === null ? undefined : this.ranks[place]
    if (found && found.length < this.most) found.push(thing)
  }

  get found(): readonly T[] {
    return this.ranks.flat().slice(0, this.most)
  }
}
