/** Chooses among a column's values. The list and what it is made with come with the first click. */
import { Suspense, useState } from 'react'
import { lazyPart } from '../../components/panel-boundary'
import { PillContent, pillProps, type FacetFilterProps } from './facet-pill'

const load = () => import('./facet-combobox')
const FacetCombobox = lazyPart(async () => (await load()).FacetCombobox)

export function FacetFilter(props: FacetFilterProps) {
  const [wanted, setWanted] = useState(false)
  const pill = (
    <button
      type="button"
      role="combobox"
      aria-haspopup="listbox"
      aria-expanded={false}
      {...pillProps(props)}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => {
        setWanted(true)
      }}
    >
      <PillContent {...props} />
    </button>
  )
  if (!wanted) return pill
  return (
    <Suspense fallback={pill}>
      <FacetCombobox {...props} />
    </Suspense>
  )
}
