/** Chooses among a column's values, the most frequent first; many are found by typing. */
import { Combobox } from '@base-ui/react/combobox'
import { Check, ChevronDown } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Item } from '../../api/types'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { facetsOf } from './filters'

const words = strings.items

interface FacetFilterProps {
  readonly column: ColumnSpec
  readonly items: readonly Item[]
  readonly count: number
  readonly chosen: readonly string[]
  readonly onChoose: (values: readonly string[]) => void
}

export function FacetFilter({ column, items, count, chosen, onChoose }: FacetFilterProps) {
  const [open, setOpen] = useState(false)
  const facets = useMemo(() => (open ? facetsOf(items, count, column) : []), [open, items, count, column])
  const counts = new Map(facets.map((facet) => [facet.value, facet.count]))
  const values = [...new Set([...facets.map((facet) => facet.value), ...chosen])]
  return (
    <Combobox.Root
      multiple
      items={values}
      value={[...chosen]}
      onValueChange={onChoose}
      open={open}
      onOpenChange={setOpen}
      itemToStringLabel={nameOf}
    >
      <Combobox.Trigger
        className={chosen.length > 0 ? 'pill pill-on' : 'pill'}
        aria-label={[words.filterBy(column.header), ...chosen.map(nameOf)].join(', ')}
      >
        <span>
          {column.header}
          {chosen.length > 0 && <b>{chosen.length === 1 ? nameOf(chosen[0] ?? '') : formatCount(chosen.length)}</b>}
        </span>
        <ChevronDown aria-hidden="true" />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner className="menu-positioner" sideOffset={6} align="start">
          <Combobox.Popup className="menu menu-search" aria-label={words.filterBy(column.header)}>
            <Combobox.Input className="menu-input" placeholder={words.filterValues(column.header)} />
            <Combobox.Empty className="menu-empty">{words.noValues}</Combobox.Empty>
            <Combobox.List className="menu-list">
              {(value: string) => (
                <Combobox.Item key={value} value={value} className="menu-item">
                  <span className="menu-check">
                    <Combobox.ItemIndicator>
                      <Check aria-hidden="true" />
                    </Combobox.ItemIndicator>
                  </span>
                  <span className="menu-text">{nameOf(value)}</span>
                  <span className="menu-count">{formatCount(counts.get(value) ?? 0)}</span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  )
}

function nameOf(value: string): string {
  return value === '' ? words.noValue : value
}
