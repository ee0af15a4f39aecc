/** Names the table of a type of an account, to remember how it was arranged. */
import type { Connection, Integration } from '../../api/types'
import { recallTable } from '../../lib/table-memory'
import { FRESH_TABLE, type TableState } from '../../lib/url-state'

export function tableKey(connection: Pick<Connection, 'connection_id'>, objectType: string): string {
  return `${connection.connection_id}:${objectType}`
}

/** How the table was left that an account opens with: of the type that the address names, else of the first one. */
export function openingTable(
  { object_types: types }: Pick<Integration, 'object_types'>,
  connection: Connection | null | undefined,
  type: string | null = null,
): TableState {
  const name = type ?? types[0]?.name
  return connection && name !== undefined ? recallTable(tableKey(connection, name)) : FRESH_TABLE
}
