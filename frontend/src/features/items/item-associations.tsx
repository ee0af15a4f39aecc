/** The records a record is joined to. Each opens in place; one that is not loaded yet says how to get it there. */
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { Item } from '../../api/types'
import { Button } from '../../components/button'
import { formatCount, humanizeName } from '../../lib/format'
import { strings } from '../../lib/strings'
import { recordIdOf } from './object-types'

const words = strings.detail
const FIRST_SHOWN = 8

interface ItemAssociationsProps {
  readonly item: Item
  readonly find: (id: string) => Item | undefined
  readonly onOpenItem: (id: string) => void
}

export function ItemAssociations({ item, find, onOpenItem }: ItemAssociationsProps) {
  const groups = Object.entries(item.associations ?? {}).filter(([, ids]) => ids.length > 0)
  return (
    <section className="drawer-section">
      <h3>{words.associations}</h3>
      {groups.length === 0 && <p className="muted">{words.noAssociations}</p>}
      {groups.map(([type, ids]) => (
        <AssociationGroup key={type} type={type} ids={ids} find={find} onOpenItem={onOpenItem} />
      ))}
    </section>
  )
}

interface AssociationGroupProps {
  readonly type: string
  readonly ids: readonly string[]
  readonly find: (id: string) => Item | undefined
  readonly onOpenItem: (id: string) => void
}

function AssociationGroup({ type, ids, find, onOpenItem }: AssociationGroupProps) {
  const [all, setAll] = useState(false)
  const shown = all ? ids : ids.slice(0, FIRST_SHOWN)
  return (
    <div className="association-group">
      <h4>
        {humanizeName(type)} <span className="muted">{formatCount(ids.length)}</span>
      </h4>
      <ul>
        {shown.map((id) => {
          const other = find(id)
          return (
            <li key={id}>
              <button
                type="button"
                className="association"
                onClick={() => {
                  onOpenItem(id)
                }}
              >
                <span>{other?.name ?? words.unnamed(recordIdOf(id))}</span>
                {!other && <span className="muted">{words.notLoaded}</span>}
                <ChevronRight aria-hidden="true" />
              </button>
            </li>
          )
        })}
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
