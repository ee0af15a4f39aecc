/** The rows of a type, the same object as long as they are the same: what is counted from them is then kept. */
import { useMemo } from 'react'
import type { AccountLoad } from '../load/account-load'
import type { Rows } from '../load/loaded-rows'

export function useRowsOf(load: AccountLoad, type: string): Rows {
  const { items, count } = load.rowsOf(type)
  return useMemo(() => ({ items, count }), [items, count])
}
