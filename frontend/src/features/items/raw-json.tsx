/** The record exactly as the service gave it. */
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { CopyButton } from '../../components/copy-button'
import { strings } from '../../lib/strings'

export function RawJson({ value }: { readonly value: object }) {
  const [open, setOpen] = useState(false)
  const text = open ? JSON.stringify(value, null, 2) : ''
  return (
    <details
      className="raw"
      onToggle={(event) => {
        setOpen(event.currentTarget.open)
      }}
    >
      <summary>
        <ChevronRight aria-hidden="true" />
        {strings.detail.raw}
      </summary>
      {open && (
        <div className="raw-body">
          <CopyButton text={text} />
          <pre tabIndex={0} aria-label={strings.detail.raw}>
            {text}
          </pre>
        </div>
      )}
    </details>
  )
}
