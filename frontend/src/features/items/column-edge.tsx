/** The edge of a column's head: dragged, or moved by arrow keys, it makes the column wider; a double click undoes that. */
import { useState, type KeyboardEvent, type PointerEvent, type Ref } from 'react'
import { strings } from '../../lib/strings'
import { allowedWidth, MAX_WIDTH_PX, MIN_WIDTH_PX, type ColumnLayout } from './column-layout'
import type { ColumnToolsProps } from './column-tools'
import { headsBeside } from './drag-head'
import { followPointer } from './follow-pointer'
import { columnTracks, leastWidth } from './table-sizes'

const STEP_PX = 16

export function ColumnEdge({
  ref,
  column,
  arrangement,
  change,
}: ColumnToolsProps & { readonly ref: Ref<HTMLDivElement> }) {
  // What the browser gave a column that has no width of its own is measured when somebody asks.
  const [measured, setMeasured] = useState<number | null>(null)
  const width = arrangement.widths[column.id] ?? measured ?? leastWidth(column)
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      change.resize(resized(event.currentTarget, column.id, step))
    } else if (event.key === 'Enter' || event.key === 'Escape') {
      event.preventDefault()
      headOf(event.currentTarget).querySelector<HTMLElement>('.column-more')?.focus()
    }
  }
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button === 0) dragEdge(event.nativeEvent, event.currentTarget, column.id, arrangement, change.resize)
  }
  return (
    <div
      ref={ref}
      role="separator"
      tabIndex={-1}
      aria-orientation="vertical"
      aria-label={strings.items.columnWidth(column.header)}
      aria-valuemin={MIN_WIDTH_PX}
      aria-valuemax={MAX_WIDTH_PX}
      aria-valuenow={width}
      className="column-edge"
      onFocus={(event) => {
        setMeasured(headOf(event.currentTarget).offsetWidth)
      }}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onDoubleClick={() => {
        change.resetWidth(column.id)
      }}
    />
  )
}

/** Only the style changes while it is dragged: no row is drawn again. */
function dragEdge(
  press: globalThis.PointerEvent,
  edge: HTMLElement,
  id: string,
  { columns, widths }: Pick<ColumnToolsProps['arrangement'], 'columns' | 'widths'>,
  keep: (widths: ColumnLayout['widths']) => void,
): void {
  const grid = edge.closest<HTMLElement>('[role="grid"]')
  const before = resized(edge, id, 0)
  let after = before
  const draw = (drawn: ColumnLayout['widths']) => {
    grid?.style.setProperty('--columns', columnTracks(columns, drawn))
  }
  followPointer(press, edge, {
    onMove: ({ clientX }) => {
      after = { ...before, [id]: allowedWidth((before[id] ?? 0) + clientX - press.clientX) }
      draw({ ...widths, ...after })
    },
    onEnd: (kept) => {
      if (kept) keep(after)
      else draw(widths)
    },
  })
}

/** The column's new width, and the present ones of those before it: they keep their places while it changes. */
function resized(edge: HTMLElement, id: string, change: number): ColumnLayout['widths'] {
  const head = headOf(edge)
  const heads = headsBeside(head)
  const upTo = heads.slice(0, heads.indexOf(head) + 1)
  const widths = Object.fromEntries(upTo.map((other) => [other.dataset['column'] ?? '', other.offsetWidth]))
  return { ...widths, [id]: allowedWidth(head.offsetWidth + change) }
}

function headOf(edge: HTMLElement): HTMLElement {
  return edge.closest<HTMLElement>('[data-column]') ?? edge
}
