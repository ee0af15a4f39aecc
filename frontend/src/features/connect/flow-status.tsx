/** Where the attempt to connect stands, and the next step in every case. */
import { ExternalLink, RotateCw } from 'lucide-react'
import { sameTabUrl } from '../../api/flows'
import { Banner } from '../../components/banner'
import { Button, ButtonLink } from '../../components/button'
import { Reference } from '../../components/reference'
import { Spinner } from '../../components/spinner'
import { strings } from '../../lib/strings'
import type { FlowState } from './flow-machine'
import type { ConnectFlow } from './use-connect-flow'

const words = strings.flow

interface FlowStatusProps {
  readonly provider: string
  readonly flow: ConnectFlow
}

export function FlowStatus({ provider, flow }: FlowStatusProps) {
  const { state } = flow
  switch (state.step) {
    case 'idle':
    case 'connected':
      return null
    case 'opening':
    case 'waiting':
      return <Waiting state={state} flow={flow} />
    case 'blocked':
      return (
        <Banner
          tone="warn"
          title={words.blockedTitle}
          actions={<Blocked provider={provider} flow={flow} scopes={state.scopes} />}
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
      return (
        <Banner
          tone="bad"
          title={failedTitle(state.problem.code)}
          actions={<Again flow={flow} scopes={state.scopes} />}
        >
          <p>{state.problem.detail}</p>
          <Reference id={state.problem.correlationId} />
        </Banner>
      )
  }
}

const FAILED_TITLES: Readonly<Record<string, string>> = {
  oauth_denied: words.deniedTitle,
  oauth_state_invalid: words.expiredTitle,
  service_unreachable: words.unreachableTitle,
  provider_not_configured: strings.connect.notConfigured,
}

function failedTitle(code: string): string {
  return FAILED_TITLES[code] ?? words.failedTitle
}

function Waiting({ state, flow }: { state: Extract<FlowState, { step: 'opening' | 'waiting' }>; flow: ConnectFlow }) {
  const closed = state.step === 'waiting' && state.windowClosed
  const title = state.step === 'opening' ? words.openingTitle : closed ? words.closedTitle : words.waitingTitle
  return (
    <div className="waiting" role="status">
      <Spinner />
      <div className="waiting-body">
        <p className="banner-title">{title}</p>
        <p className="muted">{closed ? words.closedText : words.waitingText}</p>
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

interface WayOn {
  readonly flow: ConnectFlow
  readonly scopes: readonly string[]
}

function Again({ flow, scopes }: WayOn) {
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

function Blocked({ provider, flow, scopes }: WayOn & { readonly provider: string }) {
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
