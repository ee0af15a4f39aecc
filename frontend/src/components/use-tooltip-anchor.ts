/** Which element has its tooltip shown: at most one. */
import { useCallback, useEffect, useState } from 'react'

const SHOW_AFTER_MS = 400
/** The pointer may cross the gap to the tooltip. Source: WCAG 2.2, 1.4.13, hoverable. */
const HIDE_AFTER_MS = 150

const TRIGGER = '[data-tooltip]'

export function useTooltipAnchor(): readonly [HTMLElement | null, () => void] {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const close = useCallback(() => {
    setAnchor(null)
  }, [])
  useEffect(() => {
    let timer = 0
    const change = (next: HTMLElement | null, afterMs: number) => {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => {
        setAnchor(next)
      }, afterMs)
    }
    const onPointerOver = ({ target, pointerType }: PointerEvent) => {
      if (pointerType === 'touch' || !(target instanceof Element)) return
      const trigger = target.closest<HTMLElement>(TRIGGER)
      if (trigger) change(trigger, SHOW_AFTER_MS)
      else if (target.closest('.tooltip')) window.clearTimeout(timer)
      else change(null, HIDE_AFTER_MS)
    }
    const onFocusIn = ({ target }: FocusEvent) => {
      const focused = target instanceof HTMLElement && target.matches(`${TRIGGER}:focus-visible`)
      change(focused ? target : null, 0)
    }
    const hide = () => {
      change(null, 0)
    }
    document.addEventListener('pointerover', onPointerOver)
    document.addEventListener('focusin', onFocusIn)
    document.addEventListener('focusout', hide)
    document.addEventListener('pointerdown', hide)
    document.addEventListener('click', hide)
    return () => {
      window.clearTimeout(timer)
      document.removeEventListener('pointerover', onPointerOver)
      document.removeEventListener('focusin', onFocusIn)
      document.removeEventListener('focusout', hide)
      document.removeEventListener('pointerdown', hide)
      document.removeEventListener('click', hide)
    }
  }, [])
  return [anchor, close]
}
