/** Names the table of a type of an account, to remember how it was arranged. */
import type { Connection } from '../../api/types'

export function tableKey(connection: Pick<Connection, 'connection_id'>, objectType: string): string {
  return `${connection.connection_id}:${objectType}`
}
