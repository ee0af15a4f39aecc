/** Bars with their names and numbers. A switch says what their length stands for: the records, or the sum in one currency. */
import { useId, useMemo, useState } from 'react'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { Measure } from '../descriptor'
import type { Rows } from '../load/loaded-rows'
import { BarTable, nameOf } from './bar-table'
import { lengthOf, quantitiesOf, type Bar, type Quantity, type barsOf } from './chart-data'
import { ChartCard } from './chart-card'

const words = strings.overview
const RECORDS: Quantity = { of: 'records' }

interface BarChartProps {
  readonly title: string
  /** What the names of the bars are. */
  readonly header: string
  readonly rows: Rows
  readonly measure: Measure | undefined
  readonly footnote?: string | null
  readonly read: (quantity: Quantity) => ReturnType<typeof barsOf>
  readonly onShow: (bar: Bar) => void
}

export function BarChart({ title, header, rows, measure, footnote = null, read, onShow }: BarChartProps) {
  const quantities = useMemo(() => quantitiesOf(rows, measure), [rows, measure])
  const [chosen, setChosen] = useState(RECORDS)
  // The units change their places while records arrive.
  const choice = Math.max(
    0,
    quantities.findIndex((quantity) => isSame(quantity, chosen)),
  )
  const quantity = quantities[choice] ?? RECORDS
  const { bars, others, records } = useMemo(() => read(quantity), [read, quantity])
  const longest = Math.max(1, ...bars.map((bar) => lengthOf(bar, quantity)))
  const notes = (
    <>
      {footnote !== null && <p className="muted bar-others">{footnote}</p>}
      {others > 0 && <p className="muted bar-others">{words.others(others)}</p>}
    </>
  )
  return (
    <ChartCard
      title={title}
      note={words.bars(nameOfQuantity(quantity, measure), records)}
      chart={
        <>
          {quantities.length > 1 && (
            <QuantitySwitch quantities={quantities} measure={measure} choice={choice} onChoose={setChosen} />
          )}
          <ul className="bars">
            {bars.map((bar) => (
              <li key={bar.name ?? ' '}>
                <button
                  type="button"
                  className="bar"
                  disabled={bar.count === 0}
                  onClick={() => {
                    onShow(bar)
                  }}
                >
                  <span className="bar-name">{nameOf(bar)}</span>
                  <span className="bar-number">{numberOf(bar, quantity, measure)}</span>
                  <span className="bar-track" aria-hidden="true">
                    <span style={{ scale: `${String(Math.max(0, lengthOf(bar, quantity)) / longest)} 1` }} />
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {notes}
        </>
      }
      table={
        <>
          <BarTable bars={bars} header={header} measure={measure} />
          {notes}
        </>
      }
    />
  )
}

interface QuantitySwitchProps {
  readonly quantities: readonly Quantity[]
  readonly measure: Measure | undefined
  readonly choice: number
  readonly onChoose: (quantity: Quantity) => void
}

function QuantitySwitch({ quantities, measure, choice, onChoose }: QuantitySwitchProps) {
  const name = useId()
  return (
    <fieldset className="quantities">
      <legend className="visually-hidden">{words.quantity}</legend>
      {quantities.map((quantity, index) => (
        <label key={nameOfQuantity(quantity, measure)}>
          <input
            type="radio"
            name={name}
            className="visually-hidden"
            checked={index === choice}
            onChange={() => {
              onChoose(quantity)
            }}
          />
          {nameOfQuantity(quantity, measure)}
        </label>
      ))}
    </fieldset>
  )
}

function isSame(one: Quantity, other: Quantity): boolean {
  if (one.of === 'records' || other.of === 'records') return one.of === other.of
  return one.unit === other.unit
}

function nameOfQuantity(quantity: Quantity, measure: Measure | undefined): string {
  return quantity.of === 'sum' && measure ? words.measured(measure.header, quantity.unit) : words.count
}

function numberOf(bar: Bar, quantity: Quantity, measure: Measure | undefined): string {
  if (quantity.of === 'records' || !measure) return formatCount(bar.count)
  return measure.format(lengthOf(bar, quantity), quantity.unit)
}
