/** Writes the chosen records in one format. */
import type { Format } from './export-job'

interface FormatButtonProps {
  readonly name: string
  readonly text: string
  readonly format: Format
  readonly busy: boolean
  readonly onWrite: (format: Format) => void
}

export function FormatButton({ name, text, format, busy, onWrite }: FormatButtonProps) {
  return (
    <button
      type="button"
      className="export-format"
      aria-disabled={busy}
      onClick={() => {
        if (!busy) onWrite(format)
      }}
    >
      <b>{name}</b>
      <span className="muted">{text}</span>
    </button>
  )
}
