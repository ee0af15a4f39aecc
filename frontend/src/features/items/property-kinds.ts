/** How a property can be filtered: by the vendor's type, else by a value that a record has. Pure. */
import type { ObjectType } from '../../api/types'
import type { ColumnSpec } from '../descriptor'

type Kind = NonNullable<ColumnSpec['kind']>

/** Source: HubSpot properties guide, "Property type and fieldType values". The other types are text. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['number', 'number'],
  ['date', 'date'],
  ['datetime', 'date'],
  ['enumeration', 'choice'],
  ['bool', 'flag'],
])

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}|$)/

/** `sample`: a value, for a property that the account does not describe. */
export function kindOfProperty(described: ObjectType['properties'][number] | undefined, sample: unknown): Kind {
  if (described) return KINDS.get(described.type) ?? 'text'
  if (typeof sample === 'number') return 'number'
  if (typeof sample === 'boolean') return 'flag'
  if (Array.isArray(sample)) return 'choice'
  return typeof sample === 'string' && ISO_TIME.test(sample) ? 'date' : 'text'
}
