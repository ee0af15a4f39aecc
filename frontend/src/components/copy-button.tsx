/** Copies a text and confirms it. */
import { Check, CircleAlert, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { strings } from '../lib/strings'
import { Button } from './button'

const SHOWN_MS = 2_000
const ICONS = { copy: <Copy />, copied: <Check />, copyFailed: <CircleAlert /> }

interface CopyButtonProps {
  readonly text: string
  /** What is copied; "Copy" without it. */
  readonly label?: string
}

export function CopyButton({ text, label = strings.action.copy }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'copyFailed' | null>(null)
  useEffect(() => {
    if (outcome === null) return
    const timer = window.setTimeout(() => {
      setOutcome(null)
    }, SHOWN_MS)
    return () => {
      window.clearTimeout(timer)
    }
  }, [outcome])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setOutcome('copied')
    } catch {
      // Frames of other sites may not write, and pages without TLS have no clipboard.
      setOutcome('copyFailed')
    }
  }
  return (
    <Button variant="quiet" size="small" icon={ICONS[outcome ?? 'copy']} onClick={() => void copy()}>
      <span aria-live="polite">{outcome === null ? label : strings.action[outcome]}</span>
    </Button>
  )
}
