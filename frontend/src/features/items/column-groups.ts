/** The property columns that match a search, by group. Pure. */
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { wordPattern } from './word-pattern'

const words = strings.items

interface ColumnGroup {
  readonly title: string
  readonly columns: readonly ColumnSpec[]
}

interface ColumnGroups {
  readonly groups: readonly ColumnGroup[]
  /** How many matches are left out. */
  readonly hidden: number
}

/** Chosen columns first, then the account's custom properties, then the vendor's groups; at most `limit` columns. */
export function columnGroups(
  columns: readonly ColumnSpec[],
  chosen: readonly ColumnSpec[],
  search: string,
  limit: number,
): ColumnGroups {
  const patterns = search.split(/\s+/).filter(Boolean).map(wordPattern)
  const matches = columns.filter((column) =>
    patterns.every((pattern) => pattern.test(`${column.header} ${column.property ?? ''}`)),
  )
  const byTitle = new Map<string, ColumnSpec[]>()
  for (const column of matches) {
    const title = chosen.includes(column) ? words.chosenProperties : (column.group ?? words.otherProperties)
    byTitle.set(title, [...(byTitle.get(title) ?? []), column])
  }
  const ordered = [...byTitle].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
  let room = limit
  const groups = ordered.flatMap(([title, members]) => {
    const shown = members.slice(0, room)
    room -= shown.length
    return shown.length === 0 ? [] : [{ title, columns: shown }]
  })
  return { groups, hidden: Math.max(0, matches.length - limit) }
}

function rank(title: string): number {
  const first = [words.chosenProperties, words.customProperties].indexOf(title)
  return first === -1 ? 2 : first
}
