/** A value in the record panel: what a cell shows, but whole. */
import type { Item } from '../../api/types'
import type { ColumnSpec } from '../descriptor'
import { meaningContent } from './cell-content'
import { FoldedValue } from './folded-value'

interface RecordValueProps {
  readonly column: Pick<ColumnSpec, 'text' | 'as' | 'choices'>
  readonly item: Item
}

export function RecordValue({ column, item }: RecordValueProps) {
  const text = column.text(item)
  return meaningContent(column, item, text) ?? <FoldedValue text={text} />
}
