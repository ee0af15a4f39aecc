/** The rows that the user has chosen, of those that are shown. The choice lasts as long as the table of this type is open. */
import { useMemo, useState } from 'react'
import type { Item } from '../../api/types'
import { extended, extendedFrom, NOTHING, toggled, withAll } from './choice'
import type { RecordSet } from './record-set'

export interface ChosenRows {
  readonly ids: ReadonlySet<string>
  /** Those among the rows, in their order. */
  readonly rows: readonly Item[]
  /** How many chosen records the rows do not show: a search or a filter leaves them out. */
  readonly hidden: number
  readonly actions: ChoiceActions
}

/** The same ones until the rows change. */
export interface ChoiceActions {
  /** Toggles a row; with `range` all rows from the last one on. */
  readonly choose: (id: string, range: boolean) => void
  /** From the focused row to the one that gets the focus. */
  readonly extend: (from: string, to: string) => void
  /** All rows, or none of them. */
  readonly chooseAll: (chosen: boolean) => void
  readonly clear: () => void
}

const NO_ROWS: readonly Item[] = []

/** `here`: the records of the type that are here, whatever is searched for. */
export function useChosenRows(
  rows: readonly Item[],
  { items, count, complete }: Pick<RecordSet, 'items' | 'count' | 'complete'>,
): ChosenRows {
  const [choice, setChoice] = useState(NOTHING)
  const ids = useMemo(() => {
    // Where all records are here, those that are not are gone.
    if (!complete || choice.ids.size === 0) return choice.ids
    const isChosen = ({ id }: Item) => choice.ids.has(id)
    return new Set([...items.slice(0, count).filter(isChosen), ...rows.filter(isChosen)].map(({ id }) => id))
  }, [choice.ids, items, count, complete, rows])
  const chosen = useMemo(() => (ids.size === 0 ? NO_ROWS : rows.filter((row) => ids.has(row.id))), [rows, ids])
  const actions = useMemo(
    (): ChoiceActions => ({
      choose: (id, range) => {
        setChoice((before) => (range ? extended(before, rows, id) : toggled(before, id)))
      },
      extend: (from, to) => {
        setChoice((before) => extendedFrom(before, rows, from, to))
      },
      chooseAll: (all) => {
        setChoice((before) => withAll(before, rows, all))
      },
      clear: () => {
        setChoice(NOTHING)
      },
    }),
    [rows],
  )
  return { ids, rows: chosen, hidden: ids.size - chosen.length, actions }
}
