/** The button of a filter: the column, and what is chosen of it. */
import { ChevronDown } from 'lucide-react'
import type { Item } from '../../api/types'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import type { Test } from './filters'

const words = strings.items

export interface FacetFilterProps {
  readonly column: ColumnSpec
  readonly items: readonly Item[]
  readonly count: number
  /** Values that are offered even if no record has them. */
  readonly defined: readonly string[]
  /** Show how many records have a value. */
  readonly counted: boolean
  /** The other filters: only records that pass are counted. */
  readonly test: Test | null
  readonly chosen: readonly string[]
  readonly onChoose: (values: readonly string[]) => void
}

type Chosen = Pick<FacetFilterProps, 'column' | 'chosen'>

export function pillProps({ column, chosen }: Chosen) {
  return {
    className: chosen.length > 0 ? 'pill pill-on' : 'pill',
    'aria-label': [words.filterBy(column.header), ...chosen.map(nameOf)].join(', '),
  }
}

export function PillContent({ column, chosen }: Chosen) {
  return (
    <>
      <span>
        {column.header}
        {chosen.length > 0 && <b>{chosen.length === 1 ? nameOf(chosen[0] ?? '') : formatCount(chosen.length)}</b>}
      </span>
      <ChevronDown aria-hidden="true" />
    </>
  )
}

export function nameOf(value: string): string {
  return value === '' ? words.noValue : value
}
