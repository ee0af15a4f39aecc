/** How wide a type's columns were made, and which stay at the left: kept in this browser, for all accounts of a provider. */
import { useCallback, useMemo } from 'react'
import { parseStored, readStored, useStored, writeStored } from '../../lib/stored'

export interface ColumnLayout {
  /** In pixels, by column; the others share what is left. */
  readonly widths: Readonly<Record<string, number>>
  /** Columns that stay at the left, after the name. */
  readonly pins: readonly string[]
}

export const MIN_WIDTH_PX = 64
export const MAX_WIDTH_PX = 960

export function useColumnLayout(
  provider: string,
  type: string,
): readonly [ColumnLayout, (change: (layout: ColumnLayout) => ColumnLayout) => void] {
  const name = ['columns', '1', provider, type].map(encodeURIComponent).join(':')
  const text = useStored(name)
  const layout = useMemo(() => parseLayout(parseStored(text)), [text])
  // Another tab may have changed it since it was drawn.
  const change = useCallback(
    (edit: (layout: ColumnLayout) => ColumnLayout) => {
      writeStored(name, edit(parseLayout(readStored(name))))
    },
    [name],
  )
  return [layout, change]
}

/** What the browser stored, without what is no width and no column. */
export function parseLayout(stored: unknown): ColumnLayout {
  const { widths, pins } = (typeof stored === 'object' && stored !== null ? stored : {}) as Record<string, unknown>
  const entries = typeof widths === 'object' && widths !== null ? Object.entries(widths) : []
  return {
    widths: Object.fromEntries(
      entries.flatMap(([id, width]) => (typeof width === 'number' ? [[id, allowedWidth(width)]] : [])),
    ),
    pins: Array.isArray(pins) ? pins.filter((id) => typeof id === 'string') : [],
  }
}

export function allowedWidth(px: number): number {
  return Math.round(Math.min(MAX_WIDTH_PX, Math.max(MIN_WIDTH_PX, px)))
}

export function withWidths(layout: ColumnLayout, widths: ColumnLayout['widths']): ColumnLayout {
  return { ...layout, widths: { ...layout.widths, ...widths } }
}

export function withoutWidth(layout: ColumnLayout, id: string): ColumnLayout {
  return { ...layout, widths: Object.fromEntries(Object.entries(layout.widths).filter(([other]) => other !== id)) }
}

export function withPin(layout: ColumnLayout, id: string, pinned: boolean): ColumnLayout {
  const others = layout.pins.filter((other) => other !== id)
  return { ...layout, pins: pinned ? [...others, id] : others }
}
