/** Finds one property among all of a type: those of the table first, then by group. Arrow keys move through the list. */
import { useDeferredValue, useMemo, useState, type KeyboardEvent } from 'react'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { columnGroups } from './column-groups'

const words = strings.items
/** More than this are found by the search. */
const MAX_SHOWN = 100

interface PropertyListProps {
  readonly columns: readonly ColumnSpec[]
  readonly onChoose: (column: ColumnSpec) => void
}

export function PropertyList({ columns, onChoose }: PropertyListProps) {
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text)
  const { groups, hidden } = useMemo(() => groupsOf(columns, wanted), [columns, wanted])
  return (
    <div className="property-list" onKeyDown={moveByArrow}>
      <input
        type="search"
        className="menu-input"
        value={text}
        aria-label={words.findProperty(columns.length)}
        placeholder={words.findProperty(columns.length)}
        onChange={(event) => {
          setText(event.target.value)
        }}
        onKeyDown={(event) => {
          const first = groupsOf(columns, text).groups[0]?.columns[0]
          if (event.key !== 'Enter' || text === '' || !first) return
          // The key would also open the field that gets the focus.
          event.preventDefault()
          onChoose(first)
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
            <button
              key={column.id}
              type="button"
              className="view-choice"
              title={column.property}
              onClick={() => {
                onChoose(column)
              }}
            >
              {column.header}
            </button>
          ))}
        </fieldset>
      ))}
      {hidden > 0 && <p className="menu-empty">{words.moreProperties(formatCount(hidden))}</p>}
    </div>
  )
}

/** The integration's own columns have no group: they come first. */
function groupsOf(columns: readonly ColumnSpec[], text: string) {
  const own = columns.filter((column) => column.group === undefined)
  const { groups, hidden } = columnGroups(columns, own, text, MAX_SHOWN)
  const [first, ...others] = groups
  if (first?.title !== words.chosenProperties) return { groups, hidden }
  return { groups: [{ ...first, title: words.columns }, ...others], hidden }
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
