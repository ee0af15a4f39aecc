/** The rows of a load, by type and by id. */
import type { Item, LoadReceipt } from '../../api/types'
import { wholeTypes } from './missing'

/** What is loaded of one type. `items` grows in place: only the first `count` belong to this snapshot. */
export interface Rows {
  readonly items: readonly Item[]
  readonly count: number
}

export interface RowsOfLoad extends Rows {
  /** The load that they are of has left none out. */
  readonly whole: boolean
  /** Stored records are at least as new as this (ISO 8601); null for records read from the vendor. */
  readonly asOf: string | null
  /** When they were requested. Milliseconds, as Date.now(); 0 when that is not known. */
  readonly readAt: number
}

const NO_ROWS: RowsOfLoad = { items: [], count: 0, whole: false, asOf: null, readAt: 0 }
const NONE_AT_ALL: RowsOfLoad = { ...NO_ROWS, whole: true }

export class LoadedRows {
  readonly byId = new Map<string, Item>()
  private readonly byType = new Map<string, Item[]>()
  private readonly whole = new Set<string>()
  /** Of types that were requested again by themselves. */
  private readonly replacedAt = new Map<string, number>()
  asOf: string | null = null

  constructor(public readAt = 0) {}

  rowsOf(objectType: string): RowsOfLoad {
    const items = this.byType.get(objectType)
    const whole = this.whole.has(objectType)
    if (!items) return whole ? NONE_AT_ALL : NO_ROWS
    return { items, count: items.length, whole, ...this.ageOf(objectType) }
  }

  private ageOf(objectType: string): Pick<RowsOfLoad, 'asOf' | 'readAt'> {
    const { asOf, readAt } = this
    const replacedAt = this.replacedAt.get(objectType) ?? 0
    if (asOf === null) return { asOf, readAt: Math.max(readAt, replacedAt) }
    return Date.parse(asOf) < replacedAt ? { asOf: null, readAt: replacedAt } : { asOf, readAt }
  }

  objectTypes(): readonly string[] {
    return [...this.byType.keys()]
  }

  /** The load of these types has ended. */
  end(receipt: LoadReceipt, objectTypes: readonly string[]): void {
    for (const name of wholeTypes(receipt, objectTypes)) this.whole.add(name)
  }

  /** Replaces the rows of a type by all that there are, requested at `at`. What changed since `before` is newer. */
  replace(objectType: string, items: readonly Item[], before: Rows, at: number): void {
    const changes = changesBetween(before, this.rowsOf(objectType))
    this.put(objectType, items)
    this.apply(changes)
    this.whole.add(objectType)
    this.replacedAt.set(objectType, at)
  }

  forget(objectType: string): void {
    this.put(objectType, [])
  }

  private put(objectType: string, items: readonly Item[]): void {
    for (const item of this.byType.get(objectType) ?? []) this.byId.delete(item.id)
    this.byType.delete(objectType)
    for (const item of items) this.add(objectType, item)
  }

  /**
   * Takes over what became of records by their ids: the record now, or null when it is gone.
   * Returns what the changed ones were, null for new ones.
   */
  apply(changes: ReadonlyMap<string, Item | null>): Map<string, Item | null> {
    const before = new Map<string, Item | null>()
    const types = new Set<string>()
    for (const [id, item] of changes) {
      const known = this.byId.get(id) ?? null
      if (known === null && item === null) continue
      before.set(id, known)
      types.add((item ?? known)?.object_type ?? '')
    }
    for (const name of types) this.applyTo(name, changes)
    return before
  }

  private applyTo(objectType: string, changes: ReadonlyMap<string, Item | null>): void {
    const stays = (this.byType.get(objectType) ?? []).map((item) => changes.get(item.id) ?? item)
    const fresh = [...changes.values()].filter(
      (item) => item !== null && item.object_type === objectType && !this.byId.has(item.id),
    ) as Item[]
    this.put(
      objectType,
      [...stays, ...fresh].filter((item) => changes.get(item.id) !== null),
    )
  }

  /** Returns false for a record that is already stored. */
  add(objectType: string, item: Item): boolean {
    if (this.byId.has(item.id)) return false
    this.byId.set(item.id, item)
    const items = this.byType.get(objectType)
    if (items) items.push(item)
    else this.byType.set(objectType, [item])
    return true
  }
}

/** What is shown of a type: the rows of a load, or those of the load `before` while these are a part and that has more. */
export function shownOf(objectType: string, load: LoadedRows, before: LoadedRows): RowsOfLoad {
  const [rows, earlier] = [load.rowsOf(objectType), before.rowsOf(objectType)]
  return rows.whole || rows.count >= earlier.count ? rows : earlier
}

/** What is shown of all types. */
export function allShown(load: LoadedRows, before: LoadedRows): readonly Item[] {
  const types = new Set([...load.objectTypes(), ...before.objectTypes()])
  return [...types].flatMap((name) => shownOf(name, load, before).items)
}

/** By id; null for a record that is gone. */
function changesBetween(before: Rows, now: Rows): Map<string, Item | null> {
  const known = new Set(before.items.slice(0, before.count))
  const changes = new Map<string, Item | null>([...known].map((item) => [item.id, null]))
  for (const item of now.items) {
    if (known.has(item)) changes.delete(item.id)
    else changes.set(item.id, item)
  }
  return changes
}
