/** What the screen is too narrow for. Each width stands in the style sheets too. */
import { useCallback, useSyncExternalStore } from 'react'

/** For several columns of a table. */
export function useNarrow(): boolean {
  return useMedia('(max-width: 719px)')
}

/** For a record beside the table: it covers the table. */
export function useStacked(): boolean {
  return useMedia('(max-width: 1039px)')
}

function useMedia(media: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const query = window.matchMedia(media)
      query.addEventListener('change', onChange)
      return () => {
        query.removeEventListener('change', onChange)
      }
    },
    [media],
  )
  return useSyncExternalStore(subscribe, () => window.matchMedia(media).matches)
}
