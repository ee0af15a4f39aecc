/** What a load that ended did not bring, in words. Pure. */
import type { LoadReceipt } from '../../api/types'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { TypeTab } from '../items/object-types'
import type { LoadState } from './load-state'

const words = strings.load

/** One line a gap; empty for a complete load, and while it runs. */
export function missingLines(state: LoadState, tabs: readonly Pick<TypeTab, 'name' | 'label'>[]): readonly string[] {
  const { receipt } = state
  if (!receipt || receipt.complete) return []
  const labelOf = (name: string) => tabs.find((tab) => tab.name === name)?.label ?? name
  const lines = Object.entries(receipt.object_types)
    .filter(([, type]) => !type.complete)
    .map(([name, type]) => {
      if (type.skipped.some((one) => one.code === 'scope_missing')) return words.incompleteType.leftOut(labelOf(name))
      if (type.skipped.length > 0) return words.incompleteType.skipped(labelOf(name), formatCount(unread(type)))
      if (type.total !== null && type.delivered < type.total)
        return words.incompleteType.gap(labelOf(name), formatCount(type.delivered), formatCount(type.total))
      return words.incompleteType.early(labelOf(name))
    })
  const early = receipt.resume === null ? [] : [words.ended]
  return [...early, ...lines, ...state.notices.map((notice) => notice.detail)]
}

/** How many records the gaps are about; one that does not say is one. */
function unread({ skipped }: LoadReceipt['object_types'][string]): number {
  return skipped.reduce((sum, { count }) => sum + (typeof count === 'number' ? count : 1), 0)
}
