/** A record's properties: labelled ones first, then the rest, the vendor's own and the empty ones on demand. */
import { useState } from 'react'
import type { Item } from '../../api/types'
import { Button } from '../../components/button'
import { strings } from '../../lib/strings'
import { propertyGroups, type PropertyRow } from './property-groups'

const words = strings.detail

/** Longer values are folded. */
const FOLD_AFTER_CHARACTERS = 280

interface ItemPropertiesProps {
  readonly item: Item
  readonly labels: ReadonlyMap<string, string>
}

export function ItemProperties({ item, labels }: ItemPropertiesProps) {
  const groups = propertyGroups(item, labels)
  const filled = groups.labelled.length + groups.plain.length + groups.system.length
  return (
    <section className="drawer-section">
      <h3>{words.properties}</h3>
      {filled === 0 && <p className="muted">{words.noProperties}</p>}
      <PropertyList rows={groups.labelled} />
      <PropertyList rows={groups.plain} />
      <MoreProperties label={words.showSystem(groups.system.length)} rows={groups.system} />
      <MoreProperties label={words.showEmpty(groups.empty.length)} rows={groups.empty} />
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
            <Value text={row.text} />
            {row.raw !== null && <span className="muted raw-value">{row.raw}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Value({ text }: { readonly text: string }) {
  const [open, setOpen] = useState(false)
  if (text === '') return <span className="muted">–</span>
  if (text.length <= FOLD_AFTER_CHARACTERS) return <span className="value">{text}</span>
  return (
    <>
      <span className="value">{open ? text : `${text.slice(0, FOLD_AFTER_CHARACTERS)}…`}</span>
      <Button
        variant="quiet"
        size="small"
        onClick={() => {
          setOpen(!open)
        }}
        aria-expanded={open}
      >
        {open ? words.showLess : words.showAll}
      </Button>
    </>
  )
}
