/** Chooses columns among all properties of a type, the chosen ones first. */
import { useRef } from 'react'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { PropertySearch } from './property-search'

interface PropertyPickerProps {
  readonly columns: readonly ColumnSpec[]
  readonly chosen: readonly ColumnSpec[]
  readonly onToggle: (column: ColumnSpec, on: boolean) => void
}

export function PropertyPicker({ columns, chosen, onToggle }: PropertyPickerProps) {
  /** The checkbox that was used last: it goes to another group, where it is a new one. */
  const used = useRef<{ readonly id: string; readonly seen: boolean } | null>(null)
  if (columns.length === 0) return null
  return (
    <div className="property-picker">
      <PropertySearch columns={columns} first={chosen} firstTitle={strings.items.chosenProperties}>
        {(column) => (
          <label className="choice" title={column.property}>
            <input
              type="checkbox"
              checked={chosen.includes(column)}
              ref={(input) => {
                if (!input || used.current?.id !== column.id) return
                // A list that is used with the pointer stays where it is.
                input.focus({ preventScroll: !used.current.seen })
                used.current = null
              }}
              onChange={(event) => {
                used.current = { id: column.id, seen: event.target.matches(':focus-visible') }
                onToggle(column, event.target.checked)
              }}
            />
            {column.header}
          </label>
        )}
      </PropertySearch>
    </div>
  )
}
