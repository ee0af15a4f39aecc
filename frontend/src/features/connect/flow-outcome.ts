/** What an attempt that ended in a connection achieved. Pure. */
import type { Connection } from '../../api/types'
import type { FlowState } from './flow-machine'

export type Connected = Extract<FlowState, { step: 'connected' }>

export type FlowOutcome =
  | { readonly type: 'connected'; readonly connection: Connection }
  /** The user chose another account at the vendor than the one to reconnect. */
  | { readonly type: 'other-account'; readonly connection: Connection; readonly target: Connection }
  /** The account still lacks scopes that this attempt asked for. */
  | { readonly type: 'not-granted'; readonly connection: Connection; readonly scopes: readonly string[] }

/** Null while the list does not have the connection, and once it has to be reconnected. */
export function flowOutcome(state: Connected, connections: readonly Connection[]): FlowOutcome | null {
  const connection = connections.find((entry) => entry.connection_id === state.connectionId)
  if (connection?.status !== 'connected') return null
  const target = connections.find((entry) => entry.connection_id === state.target)
  if (target && target !== connection) return { type: 'other-account', connection, target }
  const scopes = state.scopes.filter((scope) => connection.missing_scopes.includes(scope))
  return scopes.length > 0 ? { type: 'not-granted', connection, scopes } : { type: 'connected', connection }
}
