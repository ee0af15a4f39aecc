/** A button that shows only an icon: its label is spoken and shown as a tooltip. It keeps the focus while it is disabled. */
import type { ReactNode } from 'react'
import { buttonClass } from './button'

interface IconButtonProps {
  readonly label: string
  readonly icon: ReactNode
  readonly onClick?: () => void
  readonly disabled?: boolean
}

export function IconButton({ label, icon, onClick, disabled }: IconButtonProps) {
  return (
    <button
      type="button"
      className={buttonClass('quiet', undefined, 'button-icon')}
      aria-label={label}
      aria-disabled={disabled}
      data-tooltip=""
      onClick={disabled ? undefined : onClick}
    >
      {icon}
    </button>
  )
}
