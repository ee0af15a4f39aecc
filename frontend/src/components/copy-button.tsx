/** Copies a text and confirms it. */
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { strings } from '../lib/strings'
import { Button } from './button'

const SHOWN_MS = 2_000

interface CopyButtonProps {
  readonly text: string
  /** What is copied; "Copy" without it. */
  readonly label?: string
}

export function CopyButton({ text, label = strings.action.copy }: CopyButtonProps) {
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
      <span aria-live="polite">{copied ? strings.action.copied : label}</span>
    </Button>
  )
}
