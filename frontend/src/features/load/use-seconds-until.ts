/** A countdown. */
import { useEffect, useState } from 'react'

const SECOND_MS = 1_000

/** Whole seconds until a moment, told once a second; 0 when there is none or it is past. */
export function useSecondsUntil(moment: number | null): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (moment === null) return
    const tell = () => {
      setNow(Date.now())
    }
    const timer = window.setInterval(tell, SECOND_MS)
    return () => {
      window.clearInterval(timer)
    }
  }, [moment])
  return moment === null ? 0 : Math.max(0, Math.ceil((moment - now) / SECOND_MS))
}
