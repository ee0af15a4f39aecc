/** The address names an account that is not connected: no other account is shown in its place. */
import { Link2, Unlink } from 'lucide-react'
import type { Connection } from '../../api/types'
import { Button } from '../../components/button'
import { EmptyState } from '../../components/empty-state'
import { strings } from '../../lib/strings'
import { useTitle } from '../../lib/use-title'
import { connectionName } from '../connection-name'

interface UnknownAccountProps {
  readonly portalId: string
  readonly vendor: string
  readonly connections: readonly Connection[]
  readonly onSwitch: (connection: Connection) => void
  readonly onConnect: () => void
}

export function UnknownAccount({ portalId, vendor, connections, onSwitch, onConnect }: UnknownAccountProps) {
  useTitle(strings.connection.unknownTitle(portalId))
  return (
    <div className="card lone">
      <EmptyState
        icon={<Unlink />}
        role="status"
        title={strings.connection.unknownTitle(portalId)}
        actions={
          <>
            {connections.map((connection) => (
              <Button
                key={connection.connection_id}
                onClick={() => {
                  onSwitch(connection)
                }}
              >
                {strings.flow.showAccount(connectionName(connection))}
              </Button>
            ))}
            <Button variant="primary" icon={<Link2 />} onClick={onConnect}>
              {strings.connect.button(vendor)}
            </Button>
          </>
        }
      >
        <p>{strings.connection.unknownText}</p>
      </EmptyState>
    </div>
  )
}
