/** Remembers how each type's table was arranged, so that a change of tab and back keeps columns, sort and filters. */
import { removeKeys } from './stored'
import { FRESH_TABLE, type TableState, type UrlState } from './url-state'

const PREFIX = 'integrations-table:'

/** Saves the table part of the address for this table of this tab. */
export function rememberTable(key: string, url: UrlState): void {
  const { q, find, is, date, where, sort, cols, named } = url
  try {
    window.sessionStorage.setItem(PREFIX + key, JSON.stringify({ q, find, is, date, where, sort, cols, named }))
  } catch {
    // Storage may be forbidden or full: the table then starts fresh.
  }
}

/** The arrangement this table was left with; a fresh one for a table that was not opened yet. */
export function recallTable(key: string): TableState {
  try {
    const text = window.sessionStorage.getItem(PREFIX + key)
    return text === null ? FRESH_TABLE : { ...FRESH_TABLE, ...(JSON.parse(text) as Partial<TableState>) }
  } catch {
    return FRESH_TABLE
  }
}

/** For another user of this tab. */
export function forgetTables(): void {
  removeKeys('sessionStorage', PREFIX)
}
