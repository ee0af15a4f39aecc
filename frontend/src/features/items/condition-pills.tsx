/** The pills of the conditions, and the one that adds a condition. */
import { Plus } from 'lucide-react'
import { Suspense, useRef } from 'react'
import { FirstUse, preparedPart } from '../../components/first-use'
import { lazyPart, PanelBoundary } from '../../components/panel-boundary'
import { strings } from '../../lib/strings'
import { useUrlState, type Condition } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { matcher } from './filters'
import type { ValueSource } from './use-choices'

const [ConditionMenu, prepare] = preparedPart(async () => (await import('./condition-menu')).ConditionMenu)

// Only for an address with conditions.
const ConditionPill = lazyPart(async () => (await import('./condition-pill')).ConditionPill)

const words = strings.conditions

interface ConditionPillsProps extends Omit<ValueSource, 'test'> {
  readonly columns: readonly ColumnSpec[]
}

export function ConditionPills({ columns, ...source }: ConditionPillsProps) {
  const [url, setUrl] = useUrlState()
  const adding = useRef<HTMLSpanElement>(null)
  const change = (where: readonly Condition[]) => {
    setUrl({ where }, 'replace')
  }
  const others = (index: number) => url.where.filter((_, place) => place !== index)
  return (
    <>
      {url.where.length > 0 && (
        <PanelBoundary compact>
          <Suspense fallback={null}>
            {url.where.map((condition, index) => (
              <ConditionPill
                key={index}
                columns={columns}
                condition={condition}
                source={{ ...source, test: matcher({ ...url, where: others(index) }, columns) }}
                onApply={(next) => {
                  change(url.where.map((entry, place) => (place === index ? next : entry)))
                }}
                onRemove={() => {
                  change(others(index))
                  adding.current?.querySelector('button')?.focus()
                }}
              />
            ))}
          </Suspense>
        </PanelBoundary>
      )}
      <span ref={adding} className="pill-place">
        <FirstUse
          className="pill"
          prepare={prepare}
          menu={
            <ConditionMenu
              columns={columns}
              condition={null}
              source={{ ...source, test: matcher(url, columns) }}
              className="pill"
              onApply={(next) => {
                change([...url.where, next])
              }}
            >
              <AddFace />
            </ConditionMenu>
          }
        >
          <AddFace />
        </FirstUse>
      </span>
    </>
  )
}

function AddFace() {
  return (
    <>
      <Plus aria-hidden="true" />
      <span>{words.add}</span>
    </>
  )
}
