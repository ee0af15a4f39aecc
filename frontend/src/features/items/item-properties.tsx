/** A record's properties by group; the vendor's internal and the empty ones on demand. */
import { useState } from 'react'
import type { Item, ObjectType } from '../../api/types'
import { Button } from '../../components/button'
import type { Problem } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { FoldedValue } from './folded-value'
import { propertyGroups, type PropertyRow } from './property-groups'

const words = strings.detail

export type PropertyInfos = ObjectType['properties']

interface ItemPropertiesProps {
  readonly item: Item
  readonly infos: PropertyInfos
  readonly all: AllProperties
}

/** The properties that the record was not loaded with. */
export interface AllProperties {
  readonly loaded: boolean
  readonly loading: boolean
  readonly problem: Problem | null
  readonly load: () => void
}

export function ItemProperties({ item, infos, all }: ItemPropertiesProps) {
  const { groups, system, empty } = propertyGroups(item, infos)
  return (
    <section className="record-section">
      <h3>{words.properties}</h3>
      {groups.length + system.length === 0 && <p className="muted">{words.noProperties}</p>}
      {groups.map((group) => (
        <div key={group.title} className="property-group">
          {groups.length > 1 && <h4>{group.title}</h4>}
          <PropertyList rows={group.rows} />
        </div>
      ))}
      {!all.loaded && (
        <Button variant="quiet" size="small" className="more-properties" disabled={all.loading} onClick={all.load}>
          {all.loading ? words.loadingAll : words.loadAll}
        </Button>
      )}
      {all.problem && (
        <p className="muted" role="alert">
          {all.problem.detail}
        </p>
      )}
      <MoreProperties label={words.showSystem(system.length)} rows={system} />
      <MoreProperties label={words.showEmpty(empty.length)} rows={empty} />
    </section>
  )
}

function MoreProperties({ label, rows }: { readonly label: string; readonly rows: readonly PropertyRow[] }) {
  const [open, setOpen] = useState(false)
  if (rows.length === 0) return null
  if (open) return <PropertyList rows={rows} />
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

function PropertyList({ rows }: { readonly rows: readonly PropertyRow[] }) {
  if (rows.length === 0) return null
  return (
    <dl className="properties">
      {rows.map((row) => (
        <div key={row.name}>
          <dt title={row.name}>{row.header}</dt>
          <dd>
            <FoldedValue text={row.text} />
            {row.raw !== null && <span className="muted raw-value">{row.raw}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
