/** The secret of a new endpoint, which is shown only once. */
import { useEffect, useRef } from 'react'
import type { CreatedEndpoint } from '../../api/event-endpoints'
import { Button } from '../../components/button'
import { CopyButton } from '../../components/copy-button'
import { strings } from '../../lib/strings'

const words = strings.endpoints

interface EndpointSecretProps {
  readonly endpoint: CreatedEndpoint
  readonly onStored: () => void
}

export function EndpointSecret({ endpoint, onStored }: EndpointSecretProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.focus()
  }, [endpoint.secret])
  return (
    <div
      ref={box}
      className="banner banner-warn endpoint-secret"
      role="group"
      aria-label={words.secretTitle}
      tabIndex={-1}
    >
      <div className="banner-body">
        <p className="banner-title">{words.secretTitle}</p>
        <p>{words.secretText}</p>
        <p className="muted">{endpoint.url}</p>
        <code aria-label={words.secret}>{endpoint.secret}</code>
      </div>
      <div className="banner-actions">
        <CopyButton text={endpoint.secret} label={words.copySecret} />
        <Button size="small" onClick={onStored}>
          {words.secretCopied}
        </Button>
      </div>
    </div>
  )
}
