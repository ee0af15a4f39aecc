/** What the values of a property are, and how it can be filtered: by the vendor's type, else by a value that a record has. Pure. */
import type { ObjectType } from '../../api/types'
import type { ColumnSpec, IntegrationDescriptor, Meaning } from '../descriptor'

type Described = ObjectType['properties'][number] | undefined
type Kind = NonNullable<ColumnSpec['kind']>

/** Source: HubSpot properties guide, "Property type and fieldType values". The other types are text. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['number', 'number'],
  ['date', 'date'],
  ['datetime', 'date'],
  ['enumeration', 'choice'],
  ['bool', 'flag'],
])

/** The vendor's types whose values are all of one meaning. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['enumeration', 'choice'],
  ['phone_number', 'phone'],
])

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}|$)/

/** `sample`: a value, for a property that the account does not describe. */
export function kindOfProperty(described: Described, sample: unknown): Kind {
  if (described) return KINDS.get(described.type) ?? 'text'
  if (typeof sample === 'number') return 'number'
  if (typeof sample === 'boolean') return 'flag'
  if (Array.isArray(sample)) return 'choice'
  return typeof sample === 'string' && ISO_TIME.test(sample) ? 'date' : 'text'
}

/** `meanings`: those that the vendor's type does not tell. Without `as` for plain text. */
export function meaningOfProperty(
  name: string,
  described: Described,
  meanings: IntegrationDescriptor['meanings'] = {},
): Pick<ColumnSpec, 'as'> {
  const as = meanings[name] ?? MEANINGS.get(described?.type ?? '')
  return as ? { as } : {}
}
