/** What a load that ended did not bring, in words. Pure. */
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
      if (type.skipped.length > 0) return words.incompleteType.skipped(labelOf(name), formatCount(type.skipped.length))
      if (type.total !== null && type.delivered < type.total)
        return words.incompleteType.gap(labelOf(name), formatCount(type.delivered), formatCount(type.total))
      return words.incompleteType.early(labelOf(name))
    })
  const early = receipt.resume === null ? [] : [words.ended]
  return [...early, ...lines, ...state.notices.map((notice) => notice.detail)]
}
