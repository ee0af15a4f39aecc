/** A button that shows only an icon: its label is spoken and shown as a tooltip. It keeps the focus while it is disabled. */
import { Tooltip } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import { buttonClass } from './button'

interface IconButtonProps {
  readonly label: string
  readonly icon: ReactNode
  readonly onClick?: () => void
  readonly disabled?: boolean
  /** Another element to carry the button, such as a dialog's close. */
  readonly render?: ReactElement<Record<string, unknown>>
}

export function IconButton({ label, icon, onClick, disabled, render }: IconButtonProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        {...(render ? { render } : {})}
        className={buttonClass('quiet', undefined, 'button-icon')}
        aria-label={label}
        aria-disabled={disabled}
        onClick={disabled ? undefined : onClick}
      >
        {icon}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="tooltip-positioner">
          <Tooltip.Popup className="tooltip">{label}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
