/** A countdown. */
import { useCallback, useSyncExternalStore } from 'react'

const SECOND_MS = 1_000

/** Whole seconds until a moment, told once a second; 0 when there is none or it is past. */
export function useSecondsUntil(moment: number | null): number {
  const subscribe = useCallback(
    (tell: () => void) => {
      if (moment === null) return () => undefined
      const timer = window.setInterval(tell, SECOND_MS)
      return () => {
        window.clearInterval(timer)
      }
    },
    [moment],
  )
  return useSyncExternalStore(subscribe, () => secondsUntil(moment))
}

function secondsUntil(moment: number | null): number {
  return moment === null ? 0 : Math.max(0, Math.ceil((moment - Date.now()) / SECOND_MS))
}
