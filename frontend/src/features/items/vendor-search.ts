/**
 * What the address asks for as a sort and a filter that the vendor's search answers; null where it cannot. Pure.
 *
 * The answer has to be the one that the page itself would give if all records were here; only texts are ordered as the
 * vendor orders them. What the vendor would answer differently, such as an order by the ids of choices, is not asked for.
 */
import type { Item, ObjectType } from '../../api/types'
import type { Condition, DateSpan, FacetValue, Sort, UrlState } from '../../lib/url-state'
import type { ColumnSpec, FunnelSpec } from '../descriptor'
import { CREATED, MODIFIED, NAME } from './columns'
import { conditionTest, kindOf } from './conditions'
import { definedValues } from './filters'
import { isWritable, spanConditions, vendorConditions, type Part, type Property } from './vendor-conditions'

/** In the form of the items route. */
export interface VendorSearch {
  readonly sort: string | null
  readonly filter: string | null
}

/** What is known of the type that is searched. */
export interface Searched {
  readonly search: ObjectType['search']
  readonly properties: ObjectType['properties']
  readonly pipelines: ObjectType['pipelines']
  readonly columns: readonly ColumnSpec[]
  /** Which columns hold pipelines and stages. */
  readonly funnel: FunnelSpec | undefined
  /** The first records that are here: they tell which values stand behind a label. */
  readonly items: readonly Item[]
}

type Wanted = Pick<UrlState, 'is' | 'date' | 'where' | 'sort'>

/** Limits of the items route. */
const MOST_CONDITIONS = 6
const LONGEST_FILTER = 2_000

/** Null when nothing is asked for, or something that the vendor's search cannot answer. */
export function vendorSearch(wanted: Wanted, searched: Searched): VendorSearch | null {
  const sorts = sortsOf(wanted.sort, searched)
  const conditions = [
    ...facetConditions(wanted.is, searched),
    ...dateConditions(wanted.date, searched),
    ...wanted.where.flatMap((condition) => whereConditions(condition, searched)),
  ]
  if (sorts.length + conditions.length === 0 || conditions.length > MOST_CONDITIONS) return null
  if (!sorts.every(isAnswerable) || !conditions.every(isAnswerable)) return null
  const filter = conditions.join(';')
  return filter.length > LONGEST_FILTER ? null : { sort: sorts[0] ?? null, filter: filter === '' ? null : filter }
}

function isAnswerable(part: Part): part is string {
  return part !== null
}

/** None or one. */
function sortsOf(sort: Sort | null, searched: Searched): Part[] {
  const column = searched.columns.find((spec) => spec.id === sort?.id)
  if (!column || !sort) return []
  const property = propertyOf(column, searched)
  // Choices are ordered by their labels here, and by their ids at the vendor.
  if (property === null || property.type === 'enumeration') return [null]
  return [`${sort.desc ? '-' : ''}${property.name}`]
}

function facetConditions(wanted: readonly FacetValue[], searched: Searched): Part[] {
  return searched.columns.flatMap((column) => {
    const labels = wanted.filter((facet) => facet.column === column.id).map((facet) => facet.value)
    return labels.length === 0 ? [] : [facetCondition(column, labels, searched)]
  })
}

function facetCondition(column: ColumnSpec, labels: readonly string[], searched: Searched): Part {
  const property = propertyOf(column, searched)
  if (property === null) return null
  if (labels.includes('')) return labels.length === 1 ? `${property.name}:has_not` : null
  const found = labels.map((label) => valuesOf(column, property.name, label, searched))
  const values = [...new Set(found.flat())]
  if (found.some((some) => some.length === 0) || !values.every(isWritable)) return null
  if (values.length === 1) return `${property.name}:eq:${values.join()}`
  // Of a property with free text, several values are compared by the letter, case included.
  return property.type === 'enumeration' ? `${property.name}:in:${values.join()}` : null
}

/** All values that this label stands for: stages of several pipelines may have the same name. Empty if unknown. */
function valuesOf(column: ColumnSpec, property: string, label: string, searched: Searched): string[] {
  const { items } = searched
  const named = definedValues(column, searched)
  if (named.length > 0) return named.filter((entry) => entry.label === label).map((entry) => entry.id)
  const values = items.filter((item) => column.text(item) === label).map((item) => item.properties[property])
  return values.some((value) => value === null || typeof value === 'object') ? [] : [...new Set(values.map(String))]
}

function dateConditions(span: DateSpan | null, searched: Searched): readonly Part[] {
  const column = searched.columns.find((spec) => spec.id === span?.column)
  if (!span || !column?.time) return []
  const property = propertyOf(column, searched)
  return property ? spanConditions(property, [span.from, span.to]) : [null]
}

/** A condition that says nothing about its column does not filter. */
function whereConditions(condition: Condition, searched: Searched): readonly Part[] {
  const column = searched.columns.find((spec) => spec.id === condition.column)
  if (!column || !conditionTest(condition, column)) return []
  const property = propertyOf(column, searched)
  if (property === null || (kindOf(column) === 'choice' && !isSingle(property.name, searched.items))) return [null]
  return vendorConditions(condition, kindOf(column), property)
}

/** Whether records have one choice of the property: a choice among several is compared otherwise by the vendor. */
function isSingle(property: string, items: readonly Item[]): boolean {
  const values = items.filter((item) => property in item.properties).map((item) => item.properties[property])
  return values.length > 0 && !values.some(Array.isArray)
}

/** Null for a column that stands for no property that the vendor can search. */
function propertyOf(column: ColumnSpec, { search, properties }: Searched): Property | null {
  if (search === null) return null
  const own = new Map([
    [NAME, search.name],
    [CREATED, search.created],
    [MODIFIED, search.modified],
  ]).get(column)
  if (own !== undefined) return own === null ? null : { name: own, type: null }
  const known = properties.find((property) => property.name === column.property)
  return known ? { name: known.name, type: known.type } : null
}
