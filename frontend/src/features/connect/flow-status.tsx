/** Where the attempt to connect stands, and the next step in every case. */
import { ExternalLink, RotateCw } from 'lucide-react'
import { sameTabUrl } from '../../api/flows'
import type { Connection } from '../../api/types'
import { Banner } from '../../components/banner'
import { Button, ButtonLink } from '../../components/button'
import { Reference } from '../../components/reference'
import { Spinner } from '../../components/spinner'
import { strings } from '../../lib/strings'
import { connectionName } from '../connection-name'
import type { IntegrationDescriptor } from '../descriptor'
import { failureWords } from './flow-failures'
import type { Attempt, FlowState } from './flow-machine'
import { flowOutcome } from './flow-outcome'
import { FlowOutcomeBanner } from './flow-outcome-banner'
import type { ConnectFlow } from './use-connect-flow'

const words = strings.flow

interface FlowStatusProps {
  readonly descriptor: IntegrationDescriptor
  readonly flow: ConnectFlow
  readonly connections: readonly Connection[]
  readonly onSwitch?: (connection: Connection) => void
}

export function FlowStatus({ descriptor, flow, connections, onSwitch }: FlowStatusProps) {
  const { state } = flow
  switch (state.step) {
    case 'idle':
      return null
    case 'connected': {
      const outcome = flowOutcome(state, connections)
      return outcome && <FlowOutcomeBanner outcome={outcome} descriptor={descriptor} flow={flow} onSwitch={onSwitch} />
    }
    case 'opening':
    case 'waiting':
      return <Waiting descriptor={descriptor} state={state} flow={flow} />
    case 'blocked':
      return (
        <Banner
          tone="warn"
          title={words.blockedTitle(descriptor.label)}
          actions={<Blocked provider={descriptor.id} flow={flow} attempt={state} />}
        >
          <p>{words.blockedText}</p>
        </Banner>
      )
    case 'expired':
      return (
        <Banner tone="warn" title={words.expiredTitle} actions={<Again flow={flow} attempt={state} />}>
          <p>{words.expiredText}</p>
        </Banner>
      )
    case 'failed':
      return (
        <Failed
          descriptor={descriptor}
          state={state}
          flow={flow}
          current={connections.find((entry) => entry.connection_id === state.target) ?? null}
        />
      )
  }
}

interface StateProps<Step extends FlowState['step']> {
  readonly descriptor: IntegrationDescriptor
  readonly state: Extract<FlowState, { step: Step }>
  readonly flow: ConnectFlow
}

interface FailedProps extends StateProps<'failed'> {
  /** The connection that the attempt was about: it stays as it is. */
  readonly current: Connection | null
}

function Failed({ descriptor, state, flow, current }: FailedProps) {
  const failure = failureWords(state.problem, descriptor, current && connectionName(current))
  return (
    <Banner tone={failure.tone} title={failure.title} actions={<Again flow={flow} attempt={state} />}>
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
              restart(flow, state)
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
  readonly attempt: Attempt
}

/** The same attempt again. */
function restart(flow: ConnectFlow, { scopes, target }: Attempt): void {
  flow.start(scopes, target === null ? undefined : { connection_id: target })
}

function Again({ flow, attempt }: AttemptActions) {
  return (
    <>
      <Button
        icon={<RotateCw />}
        onClick={() => {
          restart(flow, attempt)
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

function Blocked({ provider, flow, attempt }: AttemptActions & { readonly provider: string }) {
  const here = window.location.pathname + window.location.search
  return (
    <>
      <ButtonLink variant="primary" icon={<ExternalLink />} href={sameTabUrl(provider, attempt.scopes, here)}>
        {words.sameTab}
      </ButtonLink>
      <Again flow={flow} attempt={attempt} />
    </>
  )
}
