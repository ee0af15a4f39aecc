/** The button of the date filter: the dates that are chosen. */
import { ChevronDown } from 'lucide-react'
import { formatDay } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { DateSpan } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'

const words = strings.items

interface DatePillProps {
  readonly columns: readonly ColumnSpec[]
  readonly span: DateSpan | null
}

export function datePillClass(columns: readonly ColumnSpec[], span: DateSpan | null): string {
  return columnOf(columns, span) ? 'pill pill-on' : 'pill'
}

export function DatePillContent({ columns, span }: DatePillProps) {
  const column = columnOf(columns, span)
  return (
    <>
      <span>
        {words.dateFilter}
        {span && column && <b>{`${column.header} ${spanWords(span)}`}</b>}
      </span>
      <ChevronDown aria-hidden="true" />
    </>
  )
}

/** The address may name a column that the type does not have. */
function columnOf(columns: readonly ColumnSpec[], span: DateSpan | null): ColumnSpec | undefined {
  return columns.find((column) => column.id === span?.column)
}

function spanWords({ from, to }: DateSpan): string {
  if (from && to) return words.dateRange(formatDay(from), formatDay(to))
  return from ? words.dateSince(formatDay(from)) : words.dateUntil(formatDay(to ?? ''))
}
