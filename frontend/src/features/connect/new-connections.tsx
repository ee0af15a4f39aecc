/** Names each connection that appeared since the page was opened, in whatever tab or browser it was made. */
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useEffect, useReducer } from 'react'
import { sessionQuery } from '../../api/session'
import type { Integration } from '../../api/types'
import { Banner } from '../../components/banner'
import { IconButton } from '../../components/icon-button'
import { formatAgo } from '../../lib/format'
import { strings } from '../../lib/strings'
import { connectionName } from '../connection-name'
import type { FlowState } from './flow-machine'
import { findNewConnections, markSeen, noteBaseline } from './seen-connections'

interface NewConnectionsProps {
  readonly integrations: readonly Integration[]
  /** This page's own attempt, which greets its connection itself. */
  readonly attempt: FlowState
}

export function NewConnections({ integrations, attempt }: NewConnectionsProps) {
  const [, drawAgain] = useReducer((count: number) => count + 1, 0)
  const { data: user } = useQuery(sessionQuery)
  const own = attempt.step === 'connected' ? attempt.connectionId : null
  useEffect(() => {
    noteBaseline(integrations)
    // Also for the page that this tab opens next.
    markSeen(integrations.flatMap(({ connections }) => connections.filter((entry) => entry.connection_id === own)))
  }, [integrations, own])
  // What the attempt connects can be listed before the attempt itself knows.
  if (attempt.step === 'opening' || attempt.step === 'waiting') return null
  const found = findNewConnections(integrations).filter(({ connection }) => connection.connection_id !== own)
  return found.map(({ integration, connection }) => (
    <Banner
      key={connection.connection_id}
      tone="good"
      title={strings.flow.newTitle(connectionName(connection))}
      actions={
        <IconButton
          label={strings.action.dismiss}
          icon={<X />}
          onClick={() => {
            markSeen([connection])
            drawAgain()
          }}
        />
      }
    >
      <p>
        {strings.flow.newText(integration.label, connection.portal_id, formatAgo(connection.connected_at))}
        {user?.via === 'session' && ` ${strings.session.connectedFor(user)}`}
      </p>
      <p className="muted">{strings.flow.newHint}</p>
    </Banner>
  ))
}
