/** The operator and the values of a condition on one column. */
import { useId, useState } from 'react'
import { Button } from '../../components/button'
import { isComplete, valueCount } from '../../lib/condition'
import { strings } from '../../lib/strings'
import type { Condition, Operator } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { ChoiceInput } from './choice-input'
import { ConditionInputs } from './condition-inputs'
import { operatorLabel } from './condition-words'
import { conditionTest, kindOf } from './conditions'
import { OPERATORS_OF, type Kind } from './fitting'
import type { ValueSource } from './use-choices'

const words = strings.conditions

interface ConditionFormProps {
  readonly column: ColumnSpec
  /** The one to change; null for a new one. */
  readonly condition: Condition | null
  readonly source: ValueSource
  readonly onApply: (condition: Condition) => void
}

export function ConditionForm({ column, condition, source, onApply }: ConditionFormProps) {
  const id = useId()
  const kind = kindOf(column)
  const [operator, setOperator] = useState(condition?.operator ?? firstOperator(kind))
  const [values, setValues] = useState(condition?.values ?? usualValues(kind, operator))
  const next: Condition = { column: column.id, operator, values: values.slice(0, valueCount(operator) ?? Infinity) }
  const ready = isComplete(next) && conditionTest(next, column) !== null
  return (
    <form
      className="condition-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) onApply(next)
      }}
    >
      <label htmlFor={id}>{words.operator}</label>
      <select
        id={id}
        value={operator}
        autoFocus
        onChange={(event) => {
          const chosen = event.target.value as Operator
          setOperator(chosen)
          if (chosen === 'past' || operator === 'past' || values.length === 0) setValues(usualValues(kind, chosen))
        }}
      >
        {OPERATORS_OF[kind].map((entry) => (
          <option key={entry} value={entry}>
            {operatorLabel(entry, kind)}
          </option>
        ))}
      </select>
      {valueCount(operator) === null ? (
        <ChoiceInput column={column} source={source} chosen={values} onChoose={setValues} />
      ) : (
        <ConditionInputs kind={kind} operator={operator} values={values} onChange={setValues} />
      )}
      <Button type="submit" variant="primary" disabled={!ready}>
        {words.apply}
      </Button>
    </form>
  )
}

function firstOperator(kind: Kind): Operator {
  return OPERATORS_OF[kind][0] ?? 'has'
}

/** What is chosen before the user has chosen. */
function usualValues(kind: Kind, operator: Operator): readonly string[] {
  if (operator === 'past') return ['30']
  return kind === 'flag' ? ['true'] : []
}
