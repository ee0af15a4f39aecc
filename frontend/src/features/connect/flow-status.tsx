/** Where the attempt to connect stands, and the next step in every case. */
import { useQuery } from '@tanstack/react-query'
import { ExternalLink, RotateCw, X } from 'lucide-react'
import { sameTabUrl } from '../../api/flows'
import { sessionQuery } from '../../api/session'
import type { Connection } from '../../api/types'
import { Banner } from '../../components/banner'
import { Button, ButtonLink } from '../../components/button'
import { IconButton } from '../../components/icon-button'
import { Reference } from '../../components/reference'
import { Spinner } from '../../components/spinner'
import { strings } from '../../lib/strings'
import { connectionName, connectionPlace } from '../connection-name'
import type { IntegrationDescriptor } from '../descriptor'
import { failureWords } from './flow-failures'
import type { FlowState } from './flow-machine'
import type { ConnectFlow } from './use-connect-flow'

const words = strings.flow

interface FlowStatusProps {
  readonly descriptor: IntegrationDescriptor
  readonly flow: ConnectFlow
  /** The page's account, to greet it when it is the one just connected. */
  readonly connection?: Connection
}

export function FlowStatus({ descriptor, flow, connection }: FlowStatusProps) {
  const { state } = flow
  switch (state.step) {
    case 'idle':
      return null
    case 'connected':
      return state.connectionId === connection?.connection_id && connection ? (
        <Connected connection={connection} onDismiss={flow.dismiss} />
      ) : null
    case 'opening':
    case 'waiting':
      return <Waiting descriptor={descriptor} state={state} flow={flow} />
    case 'blocked':
      return (
        <Banner
          tone="warn"
          title={words.blockedTitle(descriptor.label)}
          actions={<Blocked provider={descriptor.id} flow={flow} scopes={state.scopes} />}
        >
          <p>{words.blockedText}</p>
        </Banner>
      )
    case 'expired':
      return (
        <Banner tone="warn" title={words.expiredTitle} actions={<Again flow={flow} scopes={state.scopes} />}>
          <p>{words.expiredText}</p>
        </Banner>
      )
    case 'failed':
      return <Failed descriptor={descriptor} state={state} flow={flow} />
  }
}

function Connected({ connection, onDismiss }: { readonly connection: Connection; readonly onDismiss: () => void }) {
  const { data: user } = useQuery(sessionQuery)
  return (
    <Banner
      tone="good"
      title={words.connectedTitle(connectionName(connection))}
      actions={<IconButton label={strings.action.dismiss} icon={<X />} onClick={onDismiss} />}
    >
      <p>{words.connectedText(connection.portal_id, connectionPlace(connection))}</p>
      {user?.via === 'session' && <p>{strings.session.connectedFor(user)}</p>}
    </Banner>
  )
}

interface StateProps<Step extends FlowState['step']> {
  readonly descriptor: IntegrationDescriptor
  readonly state: Extract<FlowState, { step: Step }>
  readonly flow: ConnectFlow
}

function Failed({ descriptor, state, flow }: StateProps<'failed'>) {
  const failure = failureWords(state.problem, descriptor)
  return (
    <Banner tone={failure.tone} title={failure.title} actions={<Again flow={flow} scopes={state.scopes} />}>
      <p>{failure.text}</p>
      {failure.hint && <p className="muted">{failure.hint}</p>}
      <Reference id={state.problem.correlationId} />
    </Banner>
  )
}

function Waiting({ descriptor, state, flow }: StateProps<'opening' | 'waiting'>) {
  const vendor = descriptor.label
  const closed = state.step === 'waiting' && state.windowClosed
  const title = state.step === 'opening' ? words.openingTitle : closed ? words.closedTitle : words.waitingTitle
  return (
    <div className="waiting" role="status">
      <Spinner />
      <div className="waiting-body">
        <p className="banner-title">{title(vendor)}</p>
        <p className="muted">{closed ? words.closedText : words.waitingText(vendor)}</p>
        {closed && descriptor.adminHint && <p className="muted">{descriptor.adminHint}</p>}
        {state.step === 'waiting' && state.offline && <p className="muted">{words.offline}</p>}
      </div>
      <div className="banner-actions">
        {closed ? (
          <Button
            icon={<RotateCw />}
            onClick={() => {
              flow.start(state.scopes)
            }}
          >
            {strings.action.retry}
          </Button>
        ) : (
          <Button onClick={flow.bringToFront}>{words.bringToFront}</Button>
        )}
        <Button variant="quiet" onClick={flow.dismiss}>
          {strings.action.cancel}
        </Button>
      </div>
    </div>
  )
}

interface AttemptActions {
  readonly flow: ConnectFlow
  readonly scopes: readonly string[]
}

function Again({ flow, scopes }: AttemptActions) {
  return (
    <>
      <Button
        icon={<RotateCw />}
        onClick={() => {
          flow.start(scopes)
        }}
      >
        {strings.action.retry}
      </Button>
      <Button variant="quiet" onClick={flow.dismiss}>
        {strings.action.dismiss}
      </Button>
    </>
  )
}

function Blocked({ provider, flow, scopes }: AttemptActions & { readonly provider: string }) {
  const here = window.location.pathname + window.location.search
  return (
    <>
      <ButtonLink variant="primary" icon={<ExternalLink />} href={sameTabUrl(provider, scopes, here)}>
        {words.sameTab}
      </ButtonLink>
      <Again flow={flow} scopes={scopes} />
    </>
  )
}
