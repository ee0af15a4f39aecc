/**
 * Shows the label of a `data-tooltip` element while the pointer or the keyboard's focus is on it.
 *
 * One tooltip serves the whole page, so that its code and that of its position come with the first use.
 */
import { Suspense } from 'react'
import { lazyPart } from './panel-boundary'
import { useTooltipAnchor } from './use-tooltip-anchor'

const Tooltip = lazyPart(async () => (await import('./tooltip')).Tooltip)

export function Tooltips() {
  const [anchor, close] = useTooltipAnchor()
  if (!anchor) return null
  return (
    <Suspense fallback={null}>
      <Tooltip key={anchor.getAttribute('aria-label')} anchor={anchor} onClose={close} />
    </Suspense>
  )
}
