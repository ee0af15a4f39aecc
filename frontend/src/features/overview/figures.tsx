/** The account in four figures. */
import { useMemo } from 'react'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { FigureSpec, IntegrationDescriptor, Measure } from '../descriptor'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from '../load/account-load'
import { sumsOf } from './bar-table'
import { figureOf } from './chart-data'
import { useRowsOf } from './use-rows-of'

const words = strings.overview
const FIGURES = 4

interface FiguresProps {
  readonly descriptor: IntegrationDescriptor
  /** The types with records. */
  readonly tabs: readonly TypeTab[]
  readonly load: AccountLoad
  readonly now: number
}

export function Figures({ descriptor, tabs, load, now }: FiguresProps) {
  const figures = descriptor.figures ?? tabs.map((tab): FigureSpec => ({ type: tab.name, header: tab.label }))
  const shown = figures.filter((figure) => tabs.some((tab) => tab.name === figure.type)).slice(0, FIGURES)
  return (
    <dl className="figures">
      {shown.map((figure) => (
        <div key={figure.header} className="figure">
          <dt>{figure.header}</dt>
          <dd>
            <FigureOf figure={figure} load={load} now={now} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function FigureOf({ figure, load, now }: Pick<FiguresProps, 'load' | 'now'> & { readonly figure: FigureSpec }) {
  const rows = useRowsOf(load, figure.type)
  const found = useMemo(() => figureOf(rows, figure, now), [rows, figure, now])
  return found ? <Figure {...found} measure={figure.measure} /> : <span>{words.unknown}</span>
}

interface FigureProps extends NonNullable<ReturnType<typeof figureOf>> {
  readonly measure: Measure | undefined
}

/** The sum where all have one currency, else how many they are. */
function Figure({ count, sums, measure }: FigureProps) {
  if (!measure) return <b>{formatCount(count)}</b>
  const one = sums.size === 1
  return (
    <>
      <b>{one ? sumsOf({ sums }, measure) : formatCount(count)}</b>
      <span className="muted">{one ? words.records(count) : sumsOf({ sums }, measure)}</span>
    </>
  )
}
