/** A value that waits until it stops changing. */
import { useEffect, useState } from 'react'

/** The first value at once, every later one when no other followed for so long. */
export function useSettled(value: string, settledMs: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => {
      setSettled(value)
    }, settledMs)
    return () => {
      window.clearTimeout(timer)
    }
  }, [value, settledMs])
  return settled
}
