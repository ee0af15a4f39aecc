/** Which columns stand where: those chosen in the address, the pinned ones first. Pure. */
import type { ColumnSpec } from '../descriptor'

export interface OrderedColumns {
  readonly columns: readonly ColumnSpec[]
  /** This many of them stay at the left; the name is always one. */
  readonly pinned: number
}

/** The name, the pinned columns, the others: each group in the order of `chosen`. */
export function withPinsFirst(chosen: readonly ColumnSpec[], pins: readonly string[]): OrderedColumns {
  const [name, ...others] = chosen
  if (!name) return { columns: [], pinned: 0 }
  const first = others.filter((column) => pins.includes(column.id))
  return { columns: [name, ...first, ...others.filter((column) => !first.includes(column))], pinned: first.length + 1 }
}

/** With the column at another place, or as near to it as its group reaches: no column leaves the pinned ones by moving. */
export function moved({ columns, pinned }: OrderedColumns, id: string, place: number): readonly ColumnSpec[] {
  const from = columns.findIndex((column) => column.id === id)
  const column = columns[from]
  if (!column || from === 0) return columns
  const [first, last] = from < pinned ? [1, pinned - 1] : [pinned, columns.length - 1]
  const to = Math.min(last, Math.max(first, place))
  const others = columns.filter((other) => other !== column)
  return [...others.slice(0, to), column, ...others.slice(to)]
}

/** With one more: a usual column where it usually stands, any other at the end. */
export function withColumn(
  chosen: readonly ColumnSpec[],
  column: ColumnSpec,
  usual: readonly ColumnSpec[],
): readonly ColumnSpec[] {
  const later = usual.slice(usual.indexOf(column) + 1)
  const place = usual.includes(column) ? chosen.findIndex((other) => later.includes(other)) : -1
  return place === -1 ? [...chosen, column] : [...chosen.slice(0, place), column, ...chosen.slice(place)]
}

/** For the address: nothing for the usual columns in their usual order. */
export function idsOf(columns: readonly ColumnSpec[], usual: readonly ColumnSpec[]): readonly string[] {
  const same = columns.length === usual.length && usual.every((column, place) => columns[place] === column)
  return same ? [] : columns.map((column) => column.id)
}
