/** How high rows are and how wide columns: the same for the table and for what stands in its place while it loads. */
import type { CSSProperties } from 'react'
import type { Density } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'

const ROW_PX: Readonly<Record<Density, number>> = { comfortable: 44, compact: 32 }
const NARROW_ROW_PX = 62

export function rowHeight(density: Density, narrow: boolean): number {
  return narrow ? NARROW_ROW_PX : ROW_PX[density]
}

/** Of the element around the rows. Narrow tables have no column of checkboxes. */
export function tableClass({ density, narrow }: { readonly density: Density; readonly narrow: boolean }): string {
  return ['table', density === 'compact' && 'table-compact', !narrow && 'table-choosable'].filter(Boolean).join(' ')
}

/** For the element around the rows. */
export function columnWidths(columns: readonly ColumnSpec[]): CSSProperties {
  const widths = columns.map(({ grow = 1 }) => `minmax(${String(Math.round(grow * 104))}px, ${String(grow)}fr)`)
  return { '--columns': widths.join(' ') } as CSSProperties
}
