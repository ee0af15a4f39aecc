/** Sums over the types of a load. */
import type { TypeTab } from '../items/object-types'
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
