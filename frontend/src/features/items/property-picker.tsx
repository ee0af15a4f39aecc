/** Chooses columns among all properties of a type, the chosen ones first. */
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { PropertySearch } from './property-search'

interface PropertyPickerProps {
  readonly columns: readonly ColumnSpec[]
  readonly chosen: readonly ColumnSpec[]
  readonly onToggle: (column: ColumnSpec, on: boolean) => void
}

export function PropertyPicker({ columns, chosen, onToggle }: PropertyPickerProps) {
  if (columns.length === 0) return null
  return (
    <div className="property-picker">
      <PropertySearch columns={columns} first={chosen} firstTitle={strings.items.chosenProperties}>
        {(column) => (
          <label className="choice" title={column.property}>
            <input
              type="checkbox"
              checked={chosen.includes(column)}
              onChange={(event) => {
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
