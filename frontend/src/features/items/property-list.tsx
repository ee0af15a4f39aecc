/** Finds one property among all of a type, those of the table first. Arrow keys move through the list. */
import { useMemo, type KeyboardEvent } from 'react'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { PropertySearch } from './property-search'

interface PropertyListProps {
  readonly columns: readonly ColumnSpec[]
  readonly onChoose: (column: ColumnSpec) => void
}

export function PropertyList({ columns, onChoose }: PropertyListProps) {
  // The integration's own columns have no group.
  const own = useMemo(() => columns.filter((column) => column.group === undefined), [columns])
  return (
    <div className="property-list" onKeyDown={moveByArrow}>
      <PropertySearch columns={columns} first={own} firstTitle={strings.items.columns} onEnter={onChoose}>
        {(column) => (
          <button
            type="button"
            className="view-choice"
            title={column.property}
            onClick={() => {
              onChoose(column)
            }}
          >
            {column.header}
          </button>
        )}
      </PropertySearch>
    </div>
  )
}

const STEPS: Readonly<Partial<Record<string, number>>> = { ArrowDown: 1, ArrowUp: -1 }

function moveByArrow(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key]
  if (step === undefined) return
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, button')]
  const next = stops[stops.findIndex((stop) => stop === document.activeElement) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}
