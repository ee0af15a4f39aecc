/** When a record came and changed, what it belongs to, and its id. */
import type { Item } from '../../api/types'
import { formatMoment } from '../../lib/format'
import { strings } from '../../lib/strings'
import { recordIdOf } from './object-types'

const words = strings.detail

export function ItemHistory({ item }: { readonly item: Item }) {
  const facts: (readonly [string, string | null])[] = [
    [words.parent, item.parent_path_or_name ?? null],
    [words.created, item.creation_time ? formatMoment(item.creation_time) : null],
    [words.modified, item.last_modified_time ? formatMoment(item.last_modified_time) : null],
    [words.id, recordIdOf(item.id)],
  ]
  return (
    <section className="drawer-section">
      <h3>{words.times}</h3>
      <dl className="properties">
        {facts
          .filter(([, value]) => value !== null)
          .map(([term, value]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  )
}
