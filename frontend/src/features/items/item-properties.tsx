/** A record's properties by group; the vendor's internal and the empty ones on demand. */
import { useState } from 'react'
import type { Item, ObjectType } from '../../api/types'
import { Button } from '../../components/button'
import type { Problem } from '../../lib/problem'
import { strings } from '../../lib/strings'
import type { IntegrationDescriptor } from '../descriptor'
import { propertyGroups, type PropertyRow } from './property-groups'
import { RecordValue } from './record-value'

const words = strings.detail

export type PropertyInfos = ObjectType['properties']

interface ItemPropertiesProps {
  readonly item: Item
  readonly infos: PropertyInfos
  readonly meanings: IntegrationDescriptor['meanings']
  readonly all: AllProperties
}

/** The properties that the record was not loaded with. */
export interface AllProperties {
  readonly loaded: boolean
  readonly loading: boolean
  readonly problem: Problem | null
  readonly load: () => void
}

export function ItemProperties({ item, infos, meanings, all }: ItemPropertiesProps) {
  const { groups, system, empty } = propertyGroups(item, infos, meanings)
  return (
    <section className="record-section">
      <h3>{words.properties}</h3>
      {groups.length + system.length === 0 && <p className="muted">{words.noProperties}</p>}
      {groups.map((group) => (
        <div key={group.title} className="property-group">
          {groups.length > 1 && <h4>{group.title}</h4>}
          <PropertyList rows={group.rows} item={item} />
        </div>
      ))}
      {!all.loaded && (
        <Button variant="quiet" size="small" className="more-properties" busy={all.loading} onClick={all.load}>
          {all.loading ? words.loadingAll : words.loadAll}
        </Button>
      )}
      {all.problem && (
        <p className="muted" role="alert">
          {all.problem.detail}
        </p>
      )}
      <MoreProperties label={words.showSystem(system.length)} rows={system} item={item} />
      <MoreProperties label={words.showEmpty(empty.length)} rows={empty} item={item} />
    </section>
  )
}

function MoreProperties({ label, ...list }: PropertyListProps & { readonly label: string }) {
  const [open, setOpen] = useState(false)
  if (list.rows.length === 0) return null
  if (open) return <PropertyList {...list} />
  return (
    <Button
      variant="quiet"
      size="small"
      className="more-properties"
      onClick={() => {
        setOpen(true)
      }}
    >
      {label}
    </Button>
  )
}

interface PropertyListProps {
  readonly rows: readonly PropertyRow[]
  readonly item: Item
}

function PropertyList({ rows, item }: PropertyListProps) {
  if (rows.length === 0) return null
  return (
    <dl className="properties">
      {rows.map((row) => (
        <div key={row.name}>
          <dt title={row.name}>{row.header}</dt>
          <dd>
            <RecordValue column={row.column} item={item} />
            {row.raw !== null && <span className="muted raw-value">{row.raw}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
