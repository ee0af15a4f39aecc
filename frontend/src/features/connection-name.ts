/** How a connection is called. */
import type { Connection } from '../api/types'
import { strings } from '../lib/strings'

export function connectionName(connection: Pick<Connection, 'portal_id' | 'portal_name'>): string {
  return connection.portal_name ?? strings.connection.unnamed(connection.portal_id)
}
