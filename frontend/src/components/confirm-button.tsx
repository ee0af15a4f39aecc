/** A button that asks at its first click and acts at its second. Escape or leaving it takes the question back. */
import { Button } from './button'

interface ConfirmButtonProps {
  readonly label: string
  /** What the second click does. */
  readonly question: string
  readonly asking: boolean
  readonly setAsking: (asking: boolean) => void
  readonly busy: boolean
  readonly onConfirm: () => void
}

export function ConfirmButton({ label, question, asking, setAsking, busy, onConfirm }: ConfirmButtonProps) {
  const takeBack = () => {
    setAsking(false)
  }
  return (
    <Button
      size="small"
      variant={asking ? 'danger' : 'quiet'}
      busy={busy}
      onBlur={takeBack}
      onKeyDown={({ key }) => {
        if (key === 'Escape') takeBack()
      }}
      onClick={({ currentTarget }) => {
        // Safari does not focus what is clicked, and only what has the focus can lose it.
        currentTarget.focus()
        setAsking(!asking)
        if (asking) onConfirm()
      }}
    >
      {asking ? question : label}
    </Button>
  )
}
