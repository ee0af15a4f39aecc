/** What changed about a record while the page was open. */
import type { Item } from '../../api/types'
import { formatMoment } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { EarlierRecord } from '../load/seen-changes'
import { BeforeAfter } from './before-after'
import { changedProperties } from './changed-properties'
import type { PropertyInfos } from './item-properties'

const words = strings.detail

interface ItemChangesProps {
  readonly item: Item
  readonly earlier: EarlierRecord
  readonly infos: PropertyInfos
}

export function ItemChanges({ item, earlier, infos }: ItemChangesProps) {
  const changes = changedProperties(earlier.item, item, infos)
  if (changes.length === 0) return null
  return (
    <section className="record-section">
      <h3>{words.changed}</h3>
      <p className="muted">
        {words.changedAt(formatMoment(item.last_modified_time ?? new Date(earlier.at).toISOString()))}
      </p>
      <dl className="properties">
        {changes.map(({ name, header, before, after }) => (
          <div key={name}>
            <dt title={name}>{header}</dt>
            <dd>
              <BeforeAfter before={before} after={after} afterLabel={words.now} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
