/** A roving focus over virtual rows: one row is in the tab order, the keys move it. */
import { useCallback, useState, type KeyboardEvent, type RefObject } from 'react'

const PAGE_ROWS = 10

export function useRowFocus(count: number, scroller: RefObject<HTMLElement | null>, scrollTo: (index: number) => void) {
  const [wanted, setActive] = useState(0)
  const active = Math.min(wanted, Math.max(0, count - 1))

  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (!(event.target instanceof HTMLElement) || event.target.dataset['index'] === undefined) return
      const next = targetRow(event.key, active, count)
      if (next === null) return
      event.preventDefault()
      setActive(next)
      scrollTo(next)
      // The row may only now be drawn: focus it in the frame after the scroll.
      requestAnimationFrame(() => {
        requestAnimationFrame(() => {
          scroller.current?.querySelector<HTMLElement>(`[data-index="${String(next)}"]`)?.focus({ preventScroll: true })
        })
      })
    },
    [active, count, scrollTo, scroller],
  )
  return { active, setActive, onKeyDown }
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
