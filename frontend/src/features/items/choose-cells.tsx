/** The checkboxes that choose a row, or all rows of the view. */
import { strings } from '../../lib/strings'

const words = strings.choice

interface ChooseCellProps {
  /** The record's name. */
  readonly name: string
  readonly chosen: boolean
  /** Called with whether the rows up to this one are meant, too. */
  readonly onChoose: (range: boolean) => void
}

/** A click anywhere in the cell chooses. The focus goes to the row, whose keys do the same. */
export function ChooseCell({ name, chosen, onChoose }: ChooseCellProps) {
  return (
    <div
      role="gridcell"
      className="cell-choose"
      onMouseDown={(event) => {
        // Shift would select text.
        event.preventDefault()
      }}
      onClick={(event) => {
        event.stopPropagation()
        event.currentTarget.closest<HTMLElement>('[data-index]')?.focus({ preventScroll: true })
        onChoose(event.shiftKey)
      }}
    >
      <input type="checkbox" aria-label={words.choose(name)} checked={chosen} readOnly tabIndex={-1} />
    </div>
  )
}

interface ChooseAllCellProps {
  /** Of the rows of the view. */
  readonly chosen: 'none' | 'some' | 'all'
  readonly onChooseAll: (chosen: boolean) => void
}

export function ChooseAllCell({ chosen, onChooseAll }: ChooseAllCellProps) {
  const all = chosen === 'all'
  return (
    <div role="columnheader" className="cell-choose">
      <input
        type="checkbox"
        aria-label={words.chooseAll}
        checked={all}
        ref={(input) => {
          if (input) input.indeterminate = chosen === 'some'
        }}
        onChange={() => {
          onChooseAll(!all)
        }}
      />
    </div>
  )
}
