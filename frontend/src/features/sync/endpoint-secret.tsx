/** The secret of a new endpoint, which is shown only once. */
import { useEffect, useRef } from 'react'
import { Button } from '../../components/button'
import { CopyButton } from '../../components/copy-button'
import { strings } from '../../lib/strings'

const words = strings.endpoints

interface EndpointSecretProps {
  readonly endpoint: { readonly url: string; readonly secret: string }
  /** It has just been made. */
  readonly takesFocus: boolean
  readonly onStored: () => void
}

export function EndpointSecret({ endpoint, takesFocus, onStored }: EndpointSecretProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (takesFocus) box.current?.focus()
  }, [takesFocus])
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
