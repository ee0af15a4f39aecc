/** Finds properties of a type by a search, in groups; what stands for each of them is the caller's. */
import { Fragment, useDeferredValue, useMemo, useState, type ReactNode } from 'react'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { columnGroups } from './column-groups'

const words = strings.items
/** A portal can have thousands of properties: more than this are found by the search. */
const MAX_SHOWN = 100

interface PropertySearchProps {
  readonly columns: readonly ColumnSpec[]
  /** These come first, under a title of their own. */
  readonly first: readonly ColumnSpec[]
  readonly firstTitle: string
  /** Called with the first match when Enter is pressed in the search. */
  readonly onEnter?: (column: ColumnSpec) => void
  readonly children: (column: ColumnSpec) => ReactNode
}

export function PropertySearch({ columns, first, firstTitle, onEnter, children }: PropertySearchProps) {
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text)
  const { groups, hidden } = useMemo(() => columnGroups(columns, first, wanted, MAX_SHOWN), [columns, first, wanted])
  return (
    <>
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
          if (event.key !== 'Enter' || text === '' || !onEnter) return
          const match = columnGroups(columns, first, text, 1).groups[0]?.columns[0]
          if (!match) return
          // The key would also open the field that gets the focus.
          event.preventDefault()
          onEnter(match)
        }}
      />
      {groups.length === 0 && (
        <p className="menu-empty" role="status">
          {words.noProperty}
        </p>
      )}
      {groups.map((group) => (
        <fieldset key={group.title} className="choices">
          <legend className="menu-label">{group.title === words.chosenProperties ? firstTitle : group.title}</legend>
          {group.columns.map((column) => (
            <Fragment key={column.id}>{children(column)}</Fragment>
          ))}
        </fieldset>
      ))}
      {hidden > 0 && <p className="menu-empty">{words.moreProperties(formatCount(hidden))}</p>}
    </>
  )
}
