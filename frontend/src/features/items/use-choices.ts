/** The values to choose among for a filter; those that the records were not loaded with are requested. */
import { useMemo } from 'react'
import type { PageRequest } from '../../api/items'
import type { Item } from '../../api/types'
import type { ColumnSpec } from '../descriptor'
import { choicesOf } from './choices'
import type { ExtraValues } from './columns'
import type { Test } from './filters'
import { propertyColumn } from './property-columns'
import { useExtraValues } from './use-extra-values'
import type { Records } from './use-records'

/** The records whose values are offered. */
export interface ValueSource {
  readonly request: Omit<PageRequest, 'properties'>
  readonly records: Pick<Records, 'from' | 'items' | 'count' | 'complete'>
  /** The other filters: only records that pass are counted. */
  readonly test: Test | null
}

export function useChoices(column: ColumnSpec, { request, records, test }: ValueSource) {
  const { items, count, complete } = records
  const { property } = column
  const sample = items[0]
  const isHere = !property || !sample || property in (column.held?.(sample) ?? sample).properties
  const extra = useExtraValues({ ...request, names: isHere ? [] : [property] }, records)
  const { values } = extra
  const choices = useMemo(
    () => choicesOf(items, count, isHere ? column : besideColumn(column, property, values), complete ? test : null),
    [isHere, column, property, values, items, count, complete, test],
  )
  return { choices, extra }
}

/** The column with values that were requested beside those of the table. */
function besideColumn({ id, header }: ColumnSpec, property: string, values: ExtraValues): ColumnSpec {
  const held = (item: Item) => values(item, property)
  return { ...propertyColumn(property, header, id, (item) => held(item) ?? item), held }
}
