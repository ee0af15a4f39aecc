/** How high rows are and how wide columns: the same for the table and for what stands in its place while it loads. */
import type { CSSProperties } from 'react'
import type { Density } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import type { ColumnArrangement } from './use-column-arrangement'

const ROW_PX: Readonly<Record<Density, number>> = { comfortable: 44, compact: 32 }
const NARROW_ROW_PX = 62
const LEAST_PX = 104

export function rowHeight(density: Density, narrow: boolean): number {
  return narrow ? NARROW_ROW_PX : ROW_PX[density]
}

/** Of the element around the rows. Narrow tables have no column of checkboxes. */
export function tableClass({ density, narrow }: { readonly density: Density; readonly narrow: boolean }): string {
  return ['table', density === 'compact' && 'table-compact', !narrow && 'table-choosable'].filter(Boolean).join(' ')
}

/** For the element around the rows. */
export function tableStyle({ columns, pinned, widths }: Pick<ColumnArrangement, 'columns' | 'pinned' | 'widths'>) {
  return { '--columns': columnTracks(columns, widths), '--pinned': pinned } as CSSProperties
}

/** The tracks of the rows' grid: columns without a width share what is left, and are never narrower than is readable. */
export function columnTracks(columns: readonly ColumnSpec[], widths: ColumnArrangement['widths']): string {
  return columns
    .map((column) => {
      const width = widths[column.id]
      return width === undefined ? `minmax(${px(leastWidth(column))}, ${String(column.grow ?? 1)}fr)` : px(width)
    })
    .join(' ')
}

export function leastWidth({ grow = 1 }: ColumnSpec): number {
  return Math.round(grow * LEAST_PX)
}

function px(length: number): string {
  return `${String(length)}px`
}
