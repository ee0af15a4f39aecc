/** Chooses a span of days for one of the dates a record has. Open from the start: its pill requests it. */
import { Popover } from '@base-ui/react/popover'
import { useId, useState } from 'react'
import { Button } from '../../components/button'
import { strings } from '../../lib/strings'
import type { DateSpan } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { datePillClass, DatePillContent } from './date-pill'
import { dayAfter, dayString } from './day-span'

const words = strings.items

/** How many days back each preset reaches, today included. */
const PRESETS = [
  ['week', 7],
  ['month', 30],
  ['quarter', 90],
  ['year', 365],
] as const

interface DateFilterProps {
  readonly columns: readonly ColumnSpec[]
  readonly span: DateSpan | null
  readonly onChoose: (span: DateSpan | null) => void
}

export function DateFilter({ columns, span: asked, onChoose }: DateFilterProps) {
  const id = useId()
  const [picked, setPicked] = useState<string | null>(null)
  const span = columns.some((entry) => entry.id === asked?.column) ? asked : null
  const column = columns.find((entry) => entry.id === (span?.column ?? picked)) ?? columns[0]
  if (!column) return null
  const choose = (from: string | null, to: string | null) => {
    onChoose(from || to ? { column: column.id, from, to } : null)
  }
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger className={datePillClass(columns, asked)}>
        <DatePillContent columns={columns} span={asked} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-positioner" sideOffset={6} align="start">
          <Popover.Popup className="menu popover date-filter">
            <Popover.Title className="visually-hidden">{words.dateFilter}</Popover.Title>
            <label htmlFor={`${id}-field`}>{words.dateField}</label>
            <select
              id={`${id}-field`}
              value={column.id}
              onChange={(event) => {
                setPicked(event.target.value)
                if (span) onChoose({ ...span, column: event.target.value })
              }}
            >
              {columns.map((entry) => (
                <option key={entry.id} value={entry.id}>
                  {entry.header}
                </option>
              ))}
            </select>
            <div className="date-presets">
              {PRESETS.map(([name, days]) => (
                <Button
                  key={name}
                  size="small"
                  onClick={() => {
                    choose(dayAfter(dayString(new Date()), 1 - days), null)
                  }}
                >
                  {words.presets[name]}
                </Button>
              ))}
            </div>
            <div className="date-range">
              <label htmlFor={`${id}-from`}>{words.dateFrom}</label>
              <input
                id={`${id}-from`}
                type="date"
                value={span?.from ?? ''}
                max={span?.to ?? undefined}
                onChange={(event) => {
                  choose(event.target.value || null, span?.to ?? null)
                }}
              />
              <label htmlFor={`${id}-to`}>{words.dateTo}</label>
              <input
                id={`${id}-to`}
                type="date"
                value={span?.to ?? ''}
                min={span?.from ?? undefined}
                onChange={(event) => {
                  choose(span?.from ?? null, event.target.value || null)
                }}
              />
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
