/** Chooses among the values that records have, the most frequent first; many are found by typing. */
import { useId, useState } from 'react'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { MAX_CHOICES, type Choice } from './choices'
import { ExtraLoading, ExtraProblem } from './extra-status'
import { useChoices, type ValueSource } from './use-choices'
import { wordPattern } from './word-pattern'

const words = strings.conditions
/** From this many values on there is a search. */
const SEARCHED_FROM = 8

interface ChoiceInputProps {
  readonly column: ColumnSpec
  readonly source: ValueSource
  readonly chosen: readonly string[]
  readonly onChoose: (values: readonly string[]) => void
}

export function ChoiceInput({ column, source, chosen, onChoose }: ChoiceInputProps) {
  const [text, setText] = useState('')
  const { choices, extra } = useChoices(column, source)
  const all = [...unseen(chosen, choices), ...choices]
  const pattern = wordPattern(text.trim())
  const shown = all.filter((choice) => pattern.test(choice.label))
  return (
    <fieldset className="condition-choices">
      <legend>{words.values}</legend>
      <ExtraProblem extra={extra} />
      <ExtraLoading extra={extra} />
      {all.length >= SEARCHED_FROM && (
        <input
          type="search"
          aria-label={words.findValue}
          placeholder={words.findValue}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
          }}
        />
      )}
      {shown.length === 0 && !extra.loading && !extra.problem && (
        <p className="muted" role="status">
          {strings.items.noValues}
        </p>
      )}
      <div className="condition-list">
        {shown.map((choice) => (
          <ChoiceRow
            key={choice.value}
            choice={choice}
            counted={source.records.complete}
            checked={chosen.includes(choice.value)}
            onToggle={(on) => {
              const others = chosen.filter((value) => value !== choice.value)
              onChoose(on ? [...others, choice.value] : others)
            }}
          />
        ))}
      </div>
      {choices.length === MAX_CHOICES && (
        <p className="muted">{strings.items.mostFrequent(formatCount(MAX_CHOICES))}</p>
      )}
    </fieldset>
  )
}

/** Chosen values that no record has stay in the list, so that they can be taken back. */
function unseen(chosen: readonly string[], choices: readonly Choice[]): readonly Choice[] {
  const known = new Set(choices.map((choice) => choice.value))
  return chosen.filter((value) => !known.has(value)).map((value) => ({ value, label: value, count: 0 }))
}

interface ChoiceRowProps {
  readonly choice: Choice
  /** All records are here: how many have the value can be said. */
  readonly counted: boolean
  readonly checked: boolean
  readonly onToggle: (on: boolean) => void
}

function ChoiceRow({ choice, counted, checked, onToggle }: ChoiceRowProps) {
  const id = useId()
  return (
    <div className="choice">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => {
          onToggle(event.target.checked)
        }}
      />
      <label htmlFor={id} className="menu-text">
        {choice.label}
      </label>
      {counted && <span className="menu-count">{formatCount(choice.count)}</span>}
    </div>
  )
}
