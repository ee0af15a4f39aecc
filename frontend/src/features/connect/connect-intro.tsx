/** The first thing a newcomer sees: what connecting means, and the one button. */
import { Check, Lock, Plus, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Integration } from '../../api/types'
import { Banner } from '../../components/banner'
import { Button } from '../../components/button'
import { strings } from '../../lib/strings'
import { useTitle } from '../../lib/use-title'
import type { IntegrationDescriptor } from '../descriptor'
import { FlowStatus } from './flow-status'
import type { ConnectFlow } from './use-connect-flow'

const words = strings.connect

interface ConnectIntroProps {
  readonly integration: Integration
  readonly descriptor: IntegrationDescriptor
  readonly flow: ConnectFlow
}

export function ConnectIntro({ integration, descriptor, flow }: ConnectIntroProps) {
  useTitle(words.button(descriptor.label))
  const { step } = flow.state
  const optional = integration.optional_scopes.map((scope) => descriptor.scopeWords[scope] ?? scope)
  return (
    <section className="intro card" aria-labelledby="page-title">
      <div className="intro-mark">{descriptor.icon}</div>
      <h1 id="page-title" tabIndex={-1}>
        {words.button(descriptor.label)}
      </h1>
      <p className="lead">{descriptor.tagline}</p>

      <div className="intro-stage">
        {/* What was connected on this page may be disconnected since. */}
        {(step === 'idle' || step === 'connected') && (
          <>
            <Button
              variant="primary"
              size="large"
              className="intro-button"
              disabled={!integration.configured}
              onClick={() => {
                flow.start()
              }}
            >
              {words.button(descriptor.label)}
            </Button>
            <p className="safety">
              <Lock aria-hidden="true" />
              {words.safety(descriptor.label)}
            </p>
          </>
        )}
        <FlowStatus descriptor={descriptor} flow={flow} connections={integration.connections} />
      </div>
      {!integration.configured && <NotConfigured settings={integration.missing_settings} />}

      <div className="intro-lists">
        <PromiseList title={words.reads} icon={<Check className="good" />} lines={descriptor.reads} />
        <PromiseList title={words.never} icon={<X className="bad" />} lines={descriptor.never} />
        {optional.length > 0 && (
          <PromiseList wide title={words.optional} icon={<Plus />} lines={[...new Set(optional)]} />
        )}
      </div>
    </section>
  )
}

function NotConfigured({ settings }: { readonly settings: readonly string[] }) {
  return (
    <Banner tone="warn" title={words.notConfigured}>
      <p>{words.notConfiguredText}</p>
      <ul className="code-list">
        {settings.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
    </Banner>
  )
}

function PromiseList({
  wide = false,
  title,
  icon,
  lines,
}: {
  readonly wide?: boolean
  readonly title: string
  readonly icon: ReactNode
  readonly lines: readonly string[]
}) {
  return (
    <div className={wide ? 'promise promise-wide' : 'promise'}>
      <h2>{title}</h2>
      <ul>
        {lines.map((line) => (
          <li key={line}>
            <span aria-hidden="true">{icon}</span>
            {line}
          </li>
        ))}
      </ul>
    </div>
  )
}
