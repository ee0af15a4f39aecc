/** Tells an answer whether somebody still waits for it. */
import { useEffect, useRef, type RefObject } from 'react'

/** Whether the component is still part of the page: for answers that may come later than it goes. */
export function useMounted(): RefObject<boolean> {
  const mounted = useRef(false)
  useEffect(() => {
    mounted.current = true
    return () => {
      mounted.current = false
    }
  }, [])
  return mounted
}
