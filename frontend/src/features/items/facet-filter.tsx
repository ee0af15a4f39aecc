/** Chooses among a column's values. The list and what it is made with come with the first click. */
import { FirstUse, preparedPart } from '../../components/first-use'
import { PillContent, pillProps, type FacetFilterProps } from './facet-pill'

const [FacetCombobox, prepare] = preparedPart(async () => (await import('./facet-combobox')).FacetCombobox)

export function FacetFilter(props: FacetFilterProps) {
  return (
    <FirstUse
      role="combobox"
      aria-haspopup="listbox"
      {...pillProps(props)}
      prepare={prepare}
      menu={<FacetCombobox {...props} />}
    >
      <PillContent {...props} />
    </FirstUse>
  )
}
