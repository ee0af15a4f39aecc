/** The fields of a condition's values: texts, numbers, days, a span of days, or yes and no. */
import { useId } from 'react'
import { valueCount } from '../../lib/condition'
import { strings } from '../../lib/strings'
import type { Operator } from '../../lib/url-state'
import { MAX_WANTED_CHARACTERS, type Kind } from './fitting'

const words = strings.conditions
const SPANS_IN_DAYS = ['7', '30', '90', '365']
const TYPES = { text: 'text', number: 'number', date: 'date' } as const

interface ConditionInputsProps {
  readonly kind: Kind
  readonly operator: Operator
  readonly values: readonly string[]
  readonly onChange: (values: readonly string[]) => void
}

export function ConditionInputs({ kind, operator, values, onChange }: ConditionInputsProps) {
  const [first = '', last = ''] = values
  const setFirst = (value: string) => {
    onChange([value, last])
  }
  const count = valueCount(operator)
  if (count === 0) return null
  if (operator === 'past') {
    const spans = SPANS_IN_DAYS.includes(first) ? SPANS_IN_DAYS : [first, ...SPANS_IN_DAYS]
    const options = spans.map((days) => [days, words.days(Number(days))] as const)
    return <SelectField value={first} options={options} onChange={setFirst} />
  }
  if (kind === 'flag') return <SelectField value={first} options={FLAGS} onChange={setFirst} />
  const type = kind === 'choice' ? 'text' : TYPES[kind]
  if (count === 1) return <InputField label={words.value} type={type} value={first} onChange={setFirst} />
  return (
    <div className="date-range">
      <InputField label={strings.items.dateFrom} type={type} value={first} onChange={setFirst} />
      <InputField
        label={strings.items.dateTo}
        type={type}
        value={last}
        onChange={(value) => {
          onChange([first, value])
        }}
      />
    </div>
  )
}

const FLAGS = [
  ['true', strings.value.yes],
  ['false', strings.value.no],
] as const

interface FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
}

function InputField({ label, type, value, onChange }: FieldProps & { readonly label: string; readonly type: string }) {
  const id = useId()
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        step="any"
        autoComplete="off"
        maxLength={MAX_WANTED_CHARACTERS}
        value={value}
        onChange={(event) => {
          onChange(event.target.value)
        }}
      />
    </>
  )
}

interface SelectFieldProps extends FieldProps {
  readonly options: readonly (readonly [value: string, label: string])[]
}

function SelectField({ value, options, onChange }: SelectFieldProps) {
  const id = useId()
  return (
    <>
      <label htmlFor={id}>{words.value}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          onChange(event.target.value)
        }}
      >
        {options.map(([option, label]) => (
          <option key={option} value={option}>
            {label}
          </option>
        ))}
      </select>
    </>
  )
}
