/** A column's values, the most frequent first; many are found by typing. Open from the start: it comes with the first click. */
import { Combobox } from '@base-ui/react/combobox'
import { Check } from 'lucide-react'
import { useMemo, useState } from 'react'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import { nameOf, PillContent, pillProps, type FacetFilterProps } from './facet-pill'
import { facetsOf, MAX_VALUES } from './filters'

const words = strings.items

export function FacetCombobox({ column, items, count, defined, counted, test, chosen, onChoose }: FacetFilterProps) {
  const [open, setOpen] = useState(true)
  const facets = useMemo(() => (open ? facetsOf(items, count, column, test) : []), [open, items, count, column, test])
  const counts = new Map(facets.map((facet) => [facet.value, facet.count]))
  const values = [...new Set([...facets.map((facet) => facet.value), ...defined, ...chosen])]
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
      <Combobox.Trigger {...pillProps({ column, chosen })}>
        <PillContent column={column} chosen={chosen} />
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
                  {counted && <span className="menu-count">{formatCount(counts.get(value) ?? 0)}</span>}
                </Combobox.Item>
              )}
            </Combobox.List>
            {facets.length === MAX_VALUES && (
              <p className="menu-empty">{words.mostFrequent(formatCount(MAX_VALUES))}</p>
            )}
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  )
}
