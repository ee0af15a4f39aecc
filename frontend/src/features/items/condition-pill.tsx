/** A condition as a sentence that opens it, and a button that removes it. */
import { ChevronDown, X } from 'lucide-react'
import { useMemo } from 'react'
import { FirstUse, preparedPart } from '../../components/first-use'
import { strings } from '../../lib/strings'
import type { Condition } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { labelsOf } from './choices'
import { sentenceOf } from './condition-words'
import { conditionTest, kindOf } from './conditions'
import { offered } from './fitting'
import type { ValueSource } from './use-choices'

const [ConditionMenu, prepare] = preparedPart(async () => (await import('./condition-menu')).ConditionMenu)

const NO_LABELS: ReadonlyMap<string, string> = new Map()

interface ConditionPillProps {
  readonly columns: readonly ColumnSpec[]
  readonly condition: Condition
  readonly source: ValueSource
  readonly onApply: (condition: Condition) => void
  readonly onRemove: () => void
}

/** Nothing for a condition that does not filter. */
export function ConditionPill({ columns, condition, source, onApply, onRemove }: ConditionPillProps) {
  const column = columns.find((entry) => entry.id === condition.column)
  const known = column && offered(condition, kindOf(column))
  const { items, count } = source.records
  const labels = useMemo(() => {
    const isChoice = column !== undefined && kindOf(column) === 'choice'
    return isChoice ? labelsOf(condition.values, items, count, column) : NO_LABELS
  }, [column, condition.values, items, count])
  if (!column || !known || !conditionTest(known, column)) return null
  const { beginning, end } = sentenceOf(known, column, labels)
  const face = (
    <>
      <span>
        {beginning} {end !== '' && <b>{end}</b>}
      </span>
      <ChevronDown aria-hidden="true" />
    </>
  )
  return (
    <span className="pill-split">
      <FirstUse
        className="pill pill-on"
        prepare={prepare}
        menu={
          <ConditionMenu columns={columns} condition={known} source={source} className="pill pill-on" onApply={onApply}>
            {face}
          </ConditionMenu>
        }
      >
        {face}
      </FirstUse>
      <button
        type="button"
        className="pill pill-on pill-remove"
        aria-label={strings.conditions.remove(`${beginning} ${end}`.trim())}
        onClick={onRemove}
      >
        <X aria-hidden="true" />
      </button>
    </span>
  )
}
