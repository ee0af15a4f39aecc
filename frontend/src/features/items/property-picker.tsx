/** Chooses columns among all properties of a type: the chosen ones first, then by group, found by a search. */
import { useDeferredValue, useId, useMemo, useState } from 'react'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { columnGroups } from './column-groups'

const words = strings.items
/** A portal can have thousands of properties: more than this are found by the search. */
const MAX_SHOWN = 100

interface PropertyPickerProps {
  readonly columns: readonly ColumnSpec[]
  readonly chosen: readonly ColumnSpec[]
  readonly onToggle: (column: ColumnSpec, on: boolean) => void
}

export function PropertyPicker({ columns, chosen, onToggle }: PropertyPickerProps) {
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text)
  const id = useId()
  const { groups, hidden } = useMemo(() => columnGroups(columns, chosen, wanted, MAX_SHOWN), [columns, chosen, wanted])
  if (columns.length === 0) return null
  return (
    <div className="property-picker">
      <input
        id={id}
        type="search"
        className="menu-input"
        value={text}
        aria-label={words.findProperty(columns.length)}
        placeholder={words.findProperty(columns.length)}
        onChange={(event) => {
          setText(event.target.value)
        }}
      />
      {groups.length === 0 && (
        <p className="menu-empty" role="status">
          {words.noProperty}
        </p>
      )}
      {groups.map((group) => (
        <fieldset key={group.title} className="choices">
          <legend className="menu-label">{group.title}</legend>
          {group.columns.map((column) => (
            <label key={column.id} className="choice" title={column.property}>
              <input
                type="checkbox"
                checked={chosen.includes(column)}
                onChange={(event) => {
                  onToggle(column, event.target.checked)
                }}
              />
              {column.header}
            </label>
          ))}
        </fieldset>
      ))}
      {hidden > 0 && <p className="menu-empty">{words.moreProperties(formatCount(hidden))}</p>}
    </div>
  )
}
