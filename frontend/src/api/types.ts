/** The API's shapes by the names the page uses. All come from the service's OpenAPI document (`npm run api:types`). */
import type { components } from './schema.gen'

type Schemas = components['schemas']

export type Connection = Schemas['ConnectionView']
export type Integration = Schemas['IntegrationView']
export type Flow = Schemas['FlowView']
export type Identity = Schemas['Identity']
export type SignedIn = Schemas['SignedIn']
export type FlowStart = Schemas['FlowStarted']
export type LoadPlan = Schemas['LoadPlan']
export type LoadReceipt = Schemas['LoadReceipt']

// The document calls a member with a default optional, but the service always sends every one of these.
export type Item = Required<Schemas['IntegrationItem']>
export type ItemWarning = Required<Schemas['Notice']>
/** A load says so every few thousand items: everything before it has been sent. */
export type Checkpoint = Required<Schemas['Checkpoint']>
export type LoadNotice = ItemWarning | Checkpoint
export type ObjectType = Required<Schemas['ObjectTypeAccess']>

export interface ObjectTypeList {
  object_types: ObjectType[]
  warnings: ItemWarning[]
}

export interface ItemsPage {
  items: Item[]
  next: string | null
  warnings: ItemWarning[]
  /** `mirror`: stored records, at least as new as `as_of`. */
  source: 'live' | 'mirror'
  as_of: string | null
  /** The vendor's count of matches, when it sorted or filtered. */
  total: number | null
}
