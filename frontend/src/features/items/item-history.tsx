/** When a record came and changed, what it belongs to, and its id. */
import type { Item } from '../../api/types'
import { FactList } from '../../components/fact-list'
import { formatMoment } from '../../lib/format'
import { strings } from '../../lib/strings'

const words = strings.detail

export function ItemHistory({ item }: { readonly item: Item }) {
  return (
    <section className="record-section">
      <h3>{words.times}</h3>
      <FactList
        className="properties"
        facts={[
          [words.parent, item.parent_path_or_name],
          [words.created, item.creation_time && formatMoment(item.creation_time)],
          [words.modified, item.last_modified_time && formatMoment(item.last_modified_time)],
          [words.id, item.record_id],
        ]}
      />
    </section>
  )
}
