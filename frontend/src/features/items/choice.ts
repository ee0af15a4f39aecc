/** Which records are chosen, and the range that Shift extends. Pure. */
import type { Item } from '../../api/types'

export interface Choice {
  readonly ids: ReadonlySet<string>
  /** Null before the first choice. */
  readonly range: Range | null
}

interface Range {
  /** The record it begins at, and the one it was last extended to. */
  readonly anchor: string
  readonly end: string
  /** What was chosen before it was extended, the anchor included; holds for these rows. */
  readonly base: ReadonlySet<string>
  readonly rows: readonly Item[] | null
}

export const NOTHING: Choice = { ids: new Set(), range: null }

export function toggled({ ids }: Choice, id: string): Choice {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return beginningAt(id, next)
}

/** Every row up to this one becomes what the range's anchor is: chosen, or not. Without an anchor among the rows it is toggled. */
export function extended(choice: Choice, rows: readonly Item[], id: string): Choice {
  const { range, ids } = choice
  const start = range ? indexOf(rows, range.anchor) : -1
  const end = indexOf(rows, id)
  if (range === null || start < 0 || end < 0) return toggled(choice, id)
  // In another order or under other filters, earlier extensions are not taken back.
  const base = range.rows === rows || range.rows === null ? range.base : ids
  const next = new Set(base)
  const chooses = ids.has(range.anchor)
  for (const row of rows.slice(Math.min(start, end), Math.max(start, end) + 1)) {
    if (chooses) next.add(row.id)
    else next.delete(row.id)
  }
  return { ids: next, range: { anchor: range.anchor, end: id, base, rows } }
}

/** As `extended`, but a range that does not end at `from` begins there, chosen. */
export function extendedFrom(choice: Choice, rows: readonly Item[], from: string, id: string): Choice {
  if (choice.range?.end === from) return extended(choice, rows, id)
  return extended(beginningAt(from, new Set([...choice.ids, from])), rows, id)
}

/** Chooses all of these rows, or none; others stay as they are. */
export function withAll({ ids }: Choice, rows: readonly Item[], chosen: boolean): Choice {
  const next = new Set(ids)
  for (const row of rows) {
    if (chosen) next.add(row.id)
    else next.delete(row.id)
  }
  return { ids: next, range: null }
}

function beginningAt(id: string, ids: ReadonlySet<string>): Choice {
  return { ids, range: { anchor: id, end: id, base: ids, rows: null } }
}

function indexOf(rows: readonly Item[], id: string): number {
  return rows.findIndex((row) => row.id === id)
}
