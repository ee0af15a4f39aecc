/** What the vendor's search is asked for instead of this page. */
import { useEffect, useMemo, useState } from 'react'
import type { UrlState } from '../../lib/url-state'
import type { IntegrationDescriptor } from '../descriptor'
import { allColumns, defaultColumns } from './columns'
import type { TypeTab } from './object-types'
import type { RecordSet } from './record-set'
import type { vendorSearch, VendorSearch } from './vendor-search'

/** This many records are looked through for the values behind labels. */
const LOOKED_THROUGH = 5_000

interface SearchInput {
  readonly descriptor: IntegrationDescriptor
  readonly tab: TypeTab
  readonly here: Pick<RecordSet, 'items' | 'count'>
  readonly wanted: Pick<UrlState, 'is' | 'date' | 'where' | 'sort'>
  readonly enabled: boolean
}

/** Null for nothing; undefined until that is known. */
export function useVendorSearch(input: SearchInput): VendorSearch | null | undefined {
  const { descriptor, tab, here, wanted, enabled } = input
  const { name, search, properties, pipelines } = tab
  const { is, date, where, sort } = wanted
  const { items } = here
  const count = Math.min(here.count, LOOKED_THROUGH)
  const able = enabled && search !== null
  const asks = able && (is.length > 0 || date !== null || where.length > 0 || sort !== null)
  const translate = useTranslation(able)
  return useMemo(() => {
    if (!asks) return null
    const known = items.slice(0, count)
    const columns = allColumns(defaultColumns(descriptor, name, { properties }, known[0]), { properties }, known)
    const funnel = descriptor.funnels?.find((spec) => spec.type === name)
    return translate?.({ is, date, where, sort }, { search, properties, pipelines, columns, funnel, items: known })
  }, [asks, translate, descriptor, name, search, properties, pipelines, is, date, where, sort, items, count])
}

type Translate = typeof vendorSearch

/** Not needed for the first rows: it comes while a part of the records is looked at. */
function useTranslation(needed: boolean): Translate | undefined {
  const [translate, setTranslate] = useState<Translate>()
  useEffect(() => {
    if (!needed || translate) return
    import('./vendor-search').then(
      (module) => {
        setTranslate(() => module.vendorSearch)
      },
      () => {
        setTranslate(() => () => null)
      },
    )
  }, [needed, translate])
  return translate
}
