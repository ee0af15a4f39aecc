/** Sums over the types of a load. */
import { totalOf, type TypeTab } from '../items/object-types'
import type { AccountLoad } from './account-load'
import type { LoadState } from './load-state'

export function loadedCount(state: LoadState): number {
  return Object.values(state.types).reduce((sum, type) => sum + type.done, 0)
}

/** All there is, as far as it is known: from the plan, else from the account. Null when a type's total is unknown. */
export function plannedTotal(state: LoadState, tabs: readonly TypeTab[]): number | null {
  const planned = Object.values(state.types).map((type) => type.total)
  const known = state.plan ? planned : tabs.filter((tab) => tab.readable).map((tab) => tab.total)
  return known.reduce<number | null>((sum, total) => (sum === null || total === null ? null : sum + total), 0)
}

/** How many of the account's records are loaded; null for all of them, and when it is not known how many there are. */
export function partOf(load: AccountLoad, tabs: readonly TypeTab[]) {
  const types = tabs.map((tab) => ({ ...tab, ...load.rowsOf(tab.name) }))
  // Records may have come and gone since the account was asked for its totals.
  const total = totalOf(types.map((type) => (type.whole ? { ...type, total: type.count } : type)))
  const loaded = types.reduce((sum, type) => sum + type.count, 0)
  return total === null || loaded >= total ? null : { loaded, total }
}
