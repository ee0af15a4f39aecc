/** A record's filled properties: those of its table's columns first, labels instead of ids; the empty ones on demand. */
import { useState } from 'react'
import type { Item } from '../../api/types'
import { Button } from '../../components/button'
import { humanizeName } from '../../lib/format'
import { strings } from '../../lib/strings'
import { labelled } from './table-model'

const words = strings.detail

/** Longer values are folded. */
const FOLD_AFTER_CHARACTERS = 280

export function ItemProperties({ item }: { readonly item: Item }) {
  const [showEmpty, setShowEmpty] = useState(false)
  const rows = propertyRows(item)
  const filled = rows.filter((row) => row.text !== '')
  const empty = rows.length - filled.length
  return (
    <section className="drawer-section">
      <h3>{words.properties}</h3>
      {filled.length === 0 && <p className="muted">{words.noProperties}</p>}
      <dl className="properties">
        {(showEmpty ? rows : filled).map((row) => (
          <div key={row.name}>
            <dt title={row.name}>{humanizeName(row.name)}</dt>
            <dd>
              <Value text={row.text} />
              {row.raw !== null && <span className="muted raw-value">{row.raw}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {empty > 0 && !showEmpty && (
        <Button
          variant="quiet"
          size="small"
          onClick={() => {
            setShowEmpty(true)
          }}
        >
          {words.showEmpty(empty)}
        </Button>
      )}
    </section>
  )
}

export interface PropertyRow {
  readonly name: string
  readonly text: string
  /** The id behind a label. */
  readonly raw: string | null
}

/** Labelled properties first, then the rest by name. */
export function propertyRows(item: Item): PropertyRow[] {
  const rows = Object.keys(item.properties).map((name) => ({
    name,
    text: labelled(item, name),
    raw: rawBehindLabel(item, name),
  }))
  const rank = (row: PropertyRow) => (row.name in item.labels ? 0 : 1)
  return rows.sort((a, b) => rank(a) - rank(b) || humanizeName(a.name).localeCompare(humanizeName(b.name)))
}

function rawBehindLabel(item: Item, name: string): string | null {
  const value = item.properties[name]
  const label = item.labels[name]
  return label !== undefined && (typeof value === 'string' || typeof value === 'number') ? String(value) : null
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
