/** The browser tab's title: what is shown, of which account, in which application. */
import { useEffect } from 'react'
import { strings } from './strings'

/** Parts that are null are left out: "Deals · Northwind · Integrations". */
export function useTitle(...parts: readonly (string | null)[]): void {
  const title = [...parts.filter((part) => part !== null), strings.app.name].join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}
