/**
 * The table's columns as the user arranged them: order in the address, widths and pins in this browser.
 *
 * TanStack Table 9 was tried for this: its order, pinning, sizing and resizing add 12.9 kB gzip, needed before the first
 * rows, of which 200 kB may be requested. It knows no shares of the width and no resizing by keyboard, and would leave
 * to this page what its state is kept in.
 */
import { useMemo } from 'react'
import { useUrlState } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { useColumnLayout, withoutWidth, withPin, withWidths, type ColumnLayout } from './column-layout'
import { idsOf, moved, withPinsFirst, type OrderedColumns } from './column-order'
import { narrowColumns, type Columns } from './columns'

export interface ColumnArrangement extends OrderedColumns {
  readonly widths: ColumnLayout['widths']
  /** Null where the screen is too narrow to arrange anything. */
  readonly change: ColumnChanges | null
  /** Back to the usual columns and widths; null when nothing is arranged. */
  readonly reset: (() => void) | null
}

export interface ColumnChanges {
  /** To this place among all columns, or as near to it as possible. */
  readonly move: (id: string, place: number) => void
  readonly pin: (id: string, pinned: boolean) => void
  readonly hide: (id: string) => void
  readonly resize: (widths: ColumnLayout['widths']) => void
  readonly resetWidth: (id: string) => void
}

export function useColumnArrangement(
  { chosen, usual }: Columns,
  provider: string,
  type: string,
  narrow: boolean,
): ColumnArrangement {
  const [url, setUrl] = useUrlState()
  const [layout, changeLayout] = useColumnLayout(provider, type)
  const { cols } = url
  return useMemo(() => {
    const ordered = narrow ? { columns: narrowColumns(chosen), pinned: 1 } : withPinsFirst(chosen, layout.pins)
    const show = (columns: readonly ColumnSpec[]) => {
      setUrl({ cols: idsOf(columns, usual) }, 'replace')
    }
    const change: ColumnChanges = {
      move: (id, place) => {
        show(moved(ordered, id, place))
      },
      pin: (id, pinned) => {
        changeLayout((before) => withPin(before, id, pinned))
      },
      hide: (id) => {
        show(chosen.filter((column) => column.id !== id))
      },
      resize: (widths) => {
        changeLayout((before) => withWidths(before, widths))
      },
      resetWidth: (id) => {
        changeLayout((before) => withoutWidth(before, id))
      },
    }
    const reset = () => {
      setUrl({ cols: [] }, 'replace')
      changeLayout(() => ({ widths: {}, pins: [] }))
    }
    const arranged = cols.length + layout.pins.length + Object.keys(layout.widths).length > 0
    return {
      ...ordered,
      widths: narrow ? {} : layout.widths,
      change: narrow ? null : change,
      reset: arranged ? reset : null,
    }
  }, [chosen, usual, cols, layout, narrow, setUrl, changeLayout])
}
