/**
 * A roving focus over virtual rows: one row is in the tab order, the keys move it, Enter and Space open it. Moved
 * with Shift, it chooses the rows that it passes.
 *
 * The row that had the focus may leave the document while the next one is still to come: until then the grid itself
 * holds the focus, so that no key is lost. When the rows change their order, the focus stays with its record.
 */
import { useLayoutEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type RefObject } from 'react'
import type { Item } from '../../api/types'

const PAGE_ROWS = 10

interface RowFocusInput {
  readonly rows: readonly Item[]
  readonly grid: RefObject<HTMLElement | null>
  readonly scrollTo: (index: number) => void
  readonly open: (index: number) => void
  readonly extend: (from: number, to: number) => void
  /** Called for each key but Enter and Space; true when it has done something. */
  readonly onOtherKey: (event: KeyboardEvent, index: number) => boolean
}

export function useRowFocus({ rows, grid, scrollTo, open, extend, onOtherKey }: RowFocusInput) {
  const count = rows.length
  const [wanted, setActive] = useState(0)
  const active = Math.min(wanted, Math.max(0, count - 1))
  /** The row that is to get the focus as soon as it is drawn. */
  const awaited = useRef<number | null>(null)
  /** The record that has the focus, or for which the grid has it. */
  const held = useRef<string | null>(null)

  const focusAwaited = () => {
    if (awaited.current === null || document.activeElement !== grid.current) return
    const row = grid.current?.querySelector<HTMLElement>(`[data-index="${String(awaited.current)}"]`)
    if (!row) return
    awaited.current = null
    row.focus({ preventScroll: true })
  }
  useLayoutEffect(() => {
    const index = held.current === null ? -1 : rows.findIndex((row) => row.id === held.current)
    if (index < 0) return
    setActive(index)
    // A row that is moved or taken out of the document loses the focus to the body.
    if (document.activeElement === document.body) grid.current?.focus({ preventScroll: true })
    if (document.activeElement === grid.current) awaited.current = index
  }, [rows, grid])
  // After each drawing: the virtualizer draws the awaited row some time after it was scrolled to.
  useLayoutEffect(focusAwaited)

  const onKeyDown = (event: KeyboardEvent) => {
    const place = placeOf(event, grid.current)
    if (place === 'elsewhere') return
    if (event.key === 'Enter' || event.key === ' ') {
      if (place === 'link') return
      event.preventDefault()
      open(active)
      return
    }
    if (onOtherKey(event, active)) {
      event.preventDefault()
      return
    }
    const next = targetRow(event.key, active, count)
    if (next === null) return
    event.preventDefault()
    if (event.shiftKey) extend(active, next)
    grid.current?.focus({ preventScroll: true })
    awaited.current = next
    held.current = rows[next]?.id ?? null
    setActive(next)
    scrollTo(next)
    focusAwaited()
  }
  const onFocus = (event: FocusEvent<HTMLElement>) => {
    if (event.target === grid.current) return
    held.current = event.target.closest<HTMLElement>('[data-id]')?.dataset['id'] ?? null
  }
  const onBlur = (event: FocusEvent) => {
    if (event.relatedTarget !== null) held.current = null
  }
  return { active, setActive, onKeyDown, onFocus, onBlur }
}

/** Whether a key is on a row, or on the grid while it stands in for one, or on a link of a row. */
function placeOf({ target }: KeyboardEvent, grid: HTMLElement | null): 'row' | 'link' | 'elsewhere' {
  if (!(target instanceof HTMLElement)) return 'elsewhere'
  if (target === grid || target.dataset['index'] !== undefined) return 'row'
  return target.closest('a') ? 'link' : 'elsewhere'
}

/** Where a key leads from `active` among `count` rows; null when the key means nothing here. */
export function targetRow(key: string, active: number, count: number): number | null {
  const last = count - 1
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + PAGE_ROWS,
    PageUp: active - PAGE_ROWS,
    Home: 0,
    End: last,
  }
  const target = targets[key]
  return target === undefined || last < 0 ? null : Math.max(0, Math.min(last, target))
}
