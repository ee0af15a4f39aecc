/** The label of an element, beside it. */
import { Tooltip as Base } from '@base-ui/react/tooltip'

interface TooltipProps {
  readonly anchor: HTMLElement
  readonly onClose: () => void
}

export function Tooltip({ anchor, onClose }: TooltipProps) {
  return (
    <Base.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Base.Portal>
        <Base.Positioner anchor={anchor} sideOffset={6} className="tooltip-positioner">
          <Base.Popup className="tooltip">{anchor.getAttribute('aria-label')}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
