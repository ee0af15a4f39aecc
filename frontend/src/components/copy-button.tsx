/** Copies a text and says so. */
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { strings } from '../lib/strings'
import { Button } from './button'

const SHOWN_MS = 2_000

export function CopyButton({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = window.setTimeout(() => {
      setCopied(false)
    }, SHOWN_MS)
    return () => {
      window.clearTimeout(timer)
    }
  }, [copied])
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true)
      },
      () => undefined,
    )
  }
  return (
    <Button variant="quiet" size="small" icon={copied ? <Check /> : <Copy />} onClick={copy}>
      <span aria-live="polite">{copied ? strings.action.copied : strings.action.copy}</span>
    </Button>
  )
}
