/** The records a record is joined to. Each opens in place; one that is not loaded yet says how to get it there. */
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { Item } from '../../api/types'
import { Button } from '../../components/button'
import { formatCount, humanizeName } from '../../lib/format'
import { strings } from '../../lib/strings'
import { tabOf, type TypeTab } from './object-types'

const words = strings.detail
const FIRST_SHOWN = 8

interface ItemAssociationsProps {
  readonly item: Item
  /** All of the account. */
  readonly tabs: readonly TypeTab[]
  readonly find: (id: string) => Item | undefined
  readonly onOpenItem: (id: string, type?: string) => void
}

export function ItemAssociations({ item, tabs, find, onOpenItem }: ItemAssociationsProps) {
  const groups = relationsOf(item, tabs)
  if (groups.length === 0 && item.associations === null) return null
  const labels = labelsOf(item)
  const nameOf = (id: string) => find(id)?.name ?? (id === item.parent_id ? item.parent_path_or_name : null)
  return (
    <section className="record-section">
      <h3>{words.associations}</h3>
      {groups.length === 0 && <p className="muted">{words.noAssociations}</p>}
      {groups.map((relation) => (
        <AssociationGroup
          key={relation.objectType ?? relation.title}
          relation={relation}
          nameOf={nameOf}
          labels={labels}
          isLoaded={(id) => find(id) !== undefined}
          onOpenItem={(id, type = find(id)?.object_type) => {
            onOpenItem(id, type)
          }}
        />
      ))}
    </section>
  )
}

interface Relation {
  readonly title: string
  /** The object type of its records; undefined where it is not known. */
  readonly objectType: string | undefined
  readonly ids: readonly string[]
}

/** By type; where the vendor knows none, what the record lies in and what lies in it. */
function relationsOf(item: Item, tabs: readonly TypeTab[]): readonly Relation[] {
  const relations: readonly Relation[] = item.associations
    ? Object.entries(item.associations).map(([type, ids]) => {
        const tab = tabOf(tabs, type)
        const title = strings.objectTypes[type] ?? tab?.label ?? humanizeName(type)
        return { title, objectType: tab?.name ?? type, ids }
      })
    : [
        { title: words.parent, objectType: undefined, ids: item.parent_id === null ? [] : [item.parent_id] },
        { title: words.contains, objectType: undefined, ids: item.children ?? [] },
      ]
  return relations.filter(({ ids }) => ids.length > 0)
}

/** By item id, of all object types. */
function labelsOf(item: Item): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.values(item.association_labels ?? {}).flatMap((byId) => Object.entries(byId)))
}

interface AssociationGroupProps {
  readonly relation: Relation
  /** Null when it is not known. */
  readonly nameOf: (id: string) => string | null
  readonly labels: ReadonlyMap<string, readonly string[]>
  readonly isLoaded: (id: string) => boolean
  readonly onOpenItem: (id: string, type?: string) => void
}

function AssociationGroup({ relation, nameOf, labels, isLoaded, onOpenItem }: AssociationGroupProps) {
  const { title, objectType, ids } = relation
  const [all, setAll] = useState(false)
  const shown = all ? ids : ids.slice(0, FIRST_SHOWN)
  return (
    <div className="association-group">
      <h4>
        {title} <span className="muted">{formatCount(ids.length)}</span>
      </h4>
      <ul>
        {shown.map((id) => (
          <li key={id}>
            <button
              type="button"
              className="association"
              onClick={() => {
                onOpenItem(id, objectType)
              }}
            >
              <span dir="auto">{nameOf(id) ?? words.unnamed(id)}</span>
              {labels.has(id) && <span className="muted">{labels.get(id)?.join(', ')}</span>}
              {!isLoaded(id) && <span className="muted">{words.notLoaded}</span>}
              <ChevronRight aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      {ids.length > shown.length && (
        <Button
          variant="quiet"
          size="small"
          onClick={() => {
            setAll(true)
          }}
        >
          {words.moreAssociations(formatCount(ids.length - shown.length))}
        </Button>
      )}
    </div>
  )
}
