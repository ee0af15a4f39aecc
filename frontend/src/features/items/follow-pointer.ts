/** Follows a pressed pointer until it is released. */

interface Follower {
  readonly onMove: (event: PointerEvent) => void
  /** Called only after a move. `kept` is false after Escape, or when the browser took the pointer. */
  readonly onEnd: (kept: boolean) => void
}

/** Less than this is a click. */
const MOVES_AFTER_PX = 4

/** Once it moves, `element` gets the pointer's events, so that nothing below it is clicked. */
export function followPointer(press: PointerEvent, element: HTMLElement, { onMove, onEnd }: Follower): void {
  const until = new AbortController()
  const { signal } = until
  let moving = false
  const end = (kept: boolean) => {
    until.abort()
    if (moving) onEnd(kept)
  }
  const move = (event: PointerEvent) => {
    if (!moving && Math.abs(event.clientX - press.clientX) < MOVES_AFTER_PX) return
    if (!moving) element.setPointerCapture(event.pointerId)
    moving = true
    onMove(event)
  }
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !moving) return
    event.stopPropagation()
    end(false)
  }
  window.addEventListener('pointermove', move, { signal })
  window.addEventListener(
    'pointerup',
    () => {
      end(true)
    },
    { signal },
  )
  window.addEventListener(
    'pointercancel',
    () => {
      end(false)
    },
    { signal },
  )
  window.addEventListener('keydown', key, { signal, capture: true })
}
