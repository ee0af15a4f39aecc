/** What an export does not cover, before it is written. */
import { TriangleAlert } from 'lucide-react'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { Table } from './export-job'

const words = strings.exporting

export interface Gap {
  readonly loaded: number
  /** Null when the account does not say how many it has. */
  readonly total: number | null
  /** The types that are not whole, by label. */
  readonly types: readonly string[]
}

/** What is not loaded of these tables; null for nothing. */
export function gapOf(tables: readonly Pick<Table, 'label' | 'count' | 'total'>[]): Gap | null {
  const unfinished = tables.filter((table) => table.total === null || table.count < table.total)
  if (unfinished.length === 0) return null
  const totals = tables.map((table) => table.total)
  return {
    loaded: tables.reduce((sum, table) => sum + table.count, 0),
    total: totals.includes(null) ? null : totals.reduce<number>((sum, total) => sum + (total ?? 0), 0),
    types: tables.length > 1 ? unfinished.map((table) => table.label) : [],
  }
}

interface ExportNotesProps {
  readonly gap: Gap | null
  /** The types that cannot be read, by label. */
  readonly leftOut: readonly string[]
  /** Values of some columns are not loaded. */
  readonly lacking: boolean
}

export function ExportNotes({ gap, leftOut, lacking }: ExportNotesProps) {
  return (
    <>
      {gap && <Note>{words.partial(formatCount(gap.loaded), gap.total === null ? null : formatCount(gap.total))}</Note>}
      {gap && gap.types.length > 0 && <Note>{words.unfinished(gap.types.join(', '))}</Note>}
      {lacking && <Note>{words.lacking}</Note>}
      {leftOut.length > 0 && <Note>{words.leftOut(leftOut.join(', '))}</Note>}
    </>
  )
}

function Note({ children }: { readonly children: string }) {
  return (
    <p className="export-partial">
      <TriangleAlert aria-hidden="true" />
      {children}
    </p>
  )
}
