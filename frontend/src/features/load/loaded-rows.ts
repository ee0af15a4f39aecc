/** The rows of a load, by type and by id. */
import type { Item } from '../../api/types'

/** What is loaded of one type. `items` grows in place: only the first `count` belong to this snapshot. */
export interface Rows {
  readonly items: readonly Item[]
  readonly count: number
}

const NO_ROWS: Rows = { items: [], count: 0 }

export class LoadedRows {
  readonly byId = new Map<string, Item>()
  private readonly byType = new Map<string, Item[]>()

  rowsOf(objectType: string): Rows {
    const items = this.byType.get(objectType)
    return items ? { items, count: items.length } : NO_ROWS
  }

  all(): readonly Item[] {
    return [...this.byId.values()]
  }

  /** Replaces all rows of a type. */
  replace(objectType: string, items: readonly Item[]): void {
    for (const item of this.byType.get(objectType) ?? []) this.byId.delete(item.id)
    this.byType.delete(objectType)
    for (const item of items) this.add(objectType, item)
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
