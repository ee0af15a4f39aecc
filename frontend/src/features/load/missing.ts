/** What a load that ended did not bring, in words. Pure. */
import type { LoadReceipt } from '../../api/types'
import { formatCount } from '../../lib/format'
import { noticeTexts } from '../../lib/notice'
import { strings } from '../../lib/strings'
import type { TypeTab } from '../items/object-types'
import type { LoadState } from './load-state'

const words = strings.load
type TypeReceipt = LoadReceipt['object_types'][string]
/** Codes for a whole object type. */
const SKIPPED_TYPE = new Set(['scope_missing', 'object_type_unavailable'])
/** Codes for what records lack; a notice describes each of these. */
const NO_RECORD = new Set([
  'names_unavailable',
  'properties_unavailable',
  'associations_unavailable',
  'history_unavailable',
])

/** One line a gap; empty for a complete load, and while it runs. */
export function missingLines(state: LoadState, tabs: readonly Pick<TypeTab, 'name' | 'label'>[]): readonly string[] {
  const { receipt } = state
  if (!receipt || receipt.complete) return []
  const labelOf = (name: string) => tabs.find((tab) => tab.name === name)?.label ?? name
  const lines = Object.entries(receipt.object_types)
    .filter(([, type]) => !type.complete)
    .flatMap(([name, type]) => lineOf(labelOf(name), type) ?? [])
  const early = receipt.resume === null ? [] : [words.ended]
  return [...early, ...lines, ...noticeTexts(state.notices)]
}

/** The types of which no record is missing, whatever their records lack. */
export function wholeTypes({ complete, object_types: types }: LoadReceipt, loaded: readonly string[]): string[] {
  return loaded.filter((name) => {
    const type = types[name]
    return type ? type.complete || lineOf(name, type) === null : complete
  })
}

/** Null where a notice alone describes what its records lack. */
function lineOf(label: string, type: TypeReceipt): string | null {
  if (type.skipped.some(({ code }) => SKIPPED_TYPE.has(code))) return words.incompleteType.leftOut(label)
  if (unread(type) > 0) return words.incompleteType.skipped(label, formatCount(unread(type)))
  if (type.total !== null && type.delivered < type.total)
    return words.incompleteType.gap(label, formatCount(type.delivered), formatCount(type.total))
  return type.skipped.length > 0 ? null : words.incompleteType.early(label)
}

/** How many records the gaps affect; a gap without a count is one record. */
function unread({ skipped }: TypeReceipt): number {
  return skipped
    .filter(({ code }) => !NO_RECORD.has(code))
    .reduce((sum, { count }) => sum + (typeof count === 'number' ? count : 1), 0)
}
