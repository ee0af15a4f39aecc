/** What records were before the changes that were shown: marked in the table for a moment, kept for the record's panel. */
import type { Item } from '../../api/types'

/** How long a change is marked. */
const MARKED_MS = 3_000
const MOST_KEPT = 1_000
const NONE: ReadonlyMap<string, Item | null> = new Map()

export interface EarlierRecord {
  readonly item: Item
  /** When its change was shown. Milliseconds, as Date.now(). */
  readonly at: number
}

export class SeenChanges {
  /** Those of the last changes, null for new records. Empty again after a moment. */
  marked: ReadonlyMap<string, Item | null> = NONE
  private readonly earlier = new Map<string, EarlierRecord>()

  /** `onEnd` is called when nothing is marked any more. */
  note(before: ReadonlyMap<string, Item | null>, at: number, onEnd: () => void): void {
    if (before.size === 0) return
    this.marked = before
    for (const [id, item] of before) if (item !== null) this.earlier.set(id, { item, at })
    for (const id of [...this.earlier.keys()].slice(0, -MOST_KEPT)) this.earlier.delete(id)
    setTimeout(() => {
      if (this.marked !== before) return
      this.marked = NONE
      onEnd()
    }, MARKED_MS)
  }

  /** What a record was before its last change; null when none was seen. */
  find(id: string): EarlierRecord | null {
    return this.earlier.get(id) ?? null
  }
}
