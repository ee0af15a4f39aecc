/** Which tabs there are: what the account offers, or what the integration can read when the account cannot be asked. */
import type { Integration, ObjectType } from '../../api/types'
import { strings } from '../../lib/strings'

export interface TypeTab {
  readonly name: string
  readonly label: string
  readonly itemType: string
  /** The vendor's own id of the type; null when the account could not be asked. */
  readonly typeId: string | null
  readonly readable: boolean
  readonly missingScopes: readonly string[]
  readonly total: number | null
  /** Name and label of each property; empty when the account could not be asked. */
  readonly properties: ObjectType['properties']
  /** What its records move through, in the account's order. */
  readonly pipelines: ObjectType['pipelines']
  /** What the vendor's search can sort and filter by; null when it cannot, and when the account could not be asked. */
  readonly search: ObjectType['search']
}

/** Readable types, and unreadable ones that the integration names itself; the integration's order first. */
export function typeTabs(integration: Integration, offered: readonly ObjectType[] | undefined): TypeTab[] {
  const order = new Map(integration.object_types.map((type, index) => [type.name, index]))
  if (!offered) return integration.object_types.filter((type) => type.default).map(unasked)
  const place = (type: ObjectType) => order.get(type.name) ?? order.size
  return offered
    .filter((type) => type.readable || order.has(type.name))
    .sort((a, b) => place(a) - place(b))
    .map((type) => ({
      name: type.name,
      label: labelOf(type),
      itemType: type.item_type,
      typeId: type.type_id,
      readable: type.readable,
      missingScopes: type.missing_scopes,
      total: type.total,
      properties: type.properties,
      pipelines: type.pipelines,
      search: type.search,
    }))
}

/** The one of this name, or of this id of the vendor's. */
export function tabOf(tabs: readonly TypeTab[], type: string | null): TypeTab | undefined {
  return tabs.find((tab) => tab.name === type) ?? tabs.find((tab) => tab.typeId !== null && tab.typeId === type)
}

/** The counted types in place of those that were offered at once: counting may show that one cannot be read. */
export function withCounts(offered: readonly ObjectType[], counted: readonly ObjectType[]): ObjectType[] {
  const byName = new Map(counted.map((type) => [type.name, type]))
  return offered.map((type) => byName.get(type.name) ?? { ...type, total: null })
}

/** What loading everything means: the readable types. */
export function loadableTypes(tabs: readonly TypeTab[]): readonly string[] {
  return tabs.filter((tab) => tab.readable).map((tab) => tab.name)
}

/** All records of the readable types; null when a type's total is not known. */
export function totalOf(tabs: readonly TypeTab[]): number | null {
  const totals = tabs.filter((tab) => tab.readable).map((tab) => tab.total)
  return totals.includes(null) ? null : totals.reduce<number>((sum, total) => sum + (total ?? 0), 0)
}

/**
 * The vendor's own id of a record that is not loaded, from its item id and its type; null when the id is of another
 * type. A loaded item has it as `record_id`.
 */
export function recordIdOf(itemId: string, { itemType }: Pick<TypeTab, 'itemType'>): string | null {
  const suffix = `_${itemType
    .split(/[\s_]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')}`
  return itemId.endsWith(suffix) ? itemId.slice(0, -suffix.length) : null
}

/** In the page's language where the vendor has the type for all accounts. */
function labelOf({ name, label }: Pick<ObjectType, 'name' | 'label'>): string {
  return strings.objectTypes[name] ?? label
}

function unasked(type: Integration['object_types'][number]): TypeTab {
  return {
    name: type.name,
    label: labelOf(type),
    itemType: type.item_type,
    typeId: null,
    readable: true,
    missingScopes: [],
    total: null,
    properties: [],
    pipelines: [],
    search: null,
  }
}
