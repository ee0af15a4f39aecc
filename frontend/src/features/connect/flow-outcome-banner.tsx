/** What an attempt achieved: the account is connected, or another one is, or access is still missing. */
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { sessionQuery } from '../../api/session'
import type { Connection } from '../../api/types'
import { Banner } from '../../components/banner'
import { Button } from '../../components/button'
import { IconButton } from '../../components/icon-button'
import { strings } from '../../lib/strings'
import { connectionName, connectionPlace } from '../connection-name'
import type { IntegrationDescriptor } from '../descriptor'
import type { FlowOutcome } from './flow-outcome'
import type { ConnectFlow } from './use-connect-flow'

const words = strings.flow

interface FlowOutcomeBannerProps {
  readonly outcome: FlowOutcome
  readonly descriptor: IntegrationDescriptor
  readonly flow: ConnectFlow
  readonly onSwitch: ((connection: Connection) => void) | undefined
}

export function FlowOutcomeBanner({ outcome, descriptor, flow, onSwitch }: FlowOutcomeBannerProps) {
  const { connection } = outcome
  const { data: user } = useQuery(sessionQuery)
  const dismiss = <IconButton label={strings.action.dismiss} icon={<X />} onClick={flow.dismiss} />
  switch (outcome.type) {
    case 'connected':
      return (
        <Banner tone="good" title={words.connectedTitle(connectionName(connection))} actions={dismiss}>
          <p>{words.connectedText(connection.portal_id, connectionPlace(connection))}</p>
          {user?.via === 'session' && <p>{strings.session.connectedFor(user)}</p>}
        </Banner>
      )
    case 'other-account':
      return (
        <Banner
          tone="warn"
          title={words.otherTitle(connectionName(connection), connectionName(outcome.target))}
          actions={
            <>
              <Button
                size="small"
                onClick={() => {
                  flow.dismiss()
                  onSwitch?.(connection)
                }}
              >
                {words.showAccount(connectionName(connection))}
              </Button>
              {dismiss}
            </>
          }
        >
          <p>{words.otherText(connectionName(outcome.target))}</p>
        </Banner>
      )
    case 'not-granted':
      return (
        <Banner tone="warn" title={words.notGrantedTitle(connectionName(connection))} actions={dismiss}>
          <p>
            {words.notGrantedText(
              descriptor.label,
              outcome.scopes.map((scope) => descriptor.scopeWords[scope] ?? scope).join(', '),
            )}
          </p>
        </Banner>
      )
  }
}
