/** What pending changes mean for the records that are displayed. Pure. */
import type { Change } from '../../api/changes'
import type { Item } from '../../api/types'

export interface News {
  readonly added: number
  readonly changed: number
  readonly deleted: number
}

/** Counts the changes that would alter what is displayed; null when there are none. A change may come twice. */
export function newsOf(changes: Iterable<Change>, find: (id: string) => Item | undefined): News | null {
  const news = { added: 0, changed: 0, deleted: 0 }
  for (const change of changes) {
    if (!isNews(change, find)) continue
    if (change.item === null) news.deleted += 1
    else if (find(change.id)) news.changed += 1
    else news.added += 1
  }
  return news.added + news.changed + news.deleted === 0 ? null : news
}

/** Whether a change would alter what is displayed. */
export function isNews({ id, item }: Change, find: (id: string) => Item | undefined): boolean {
  const known = find(id)
  if (!known) return item !== null
  return item === null || !(isOlder(item, known) || isSame(known, item))
}

/** A record that was reloaded may be ahead of the feed. */
function isOlder(one: Item, other: Item): boolean {
  return (one.last_modified_time ?? '') < (other.last_modified_time ?? '')
}

/** Both come from the service, with their members in the same order. */
function isSame(one: Item, other: Item): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
