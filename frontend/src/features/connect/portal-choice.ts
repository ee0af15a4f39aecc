/** The accounts to choose from, and the one the page shows. */
import type { Connection } from '../../api/types'

export interface PortalChoice {
  readonly connections: readonly Connection[]
  readonly current: Connection
  readonly onSwitch: (connection: Connection) => void
}
