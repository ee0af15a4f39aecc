/** A button whose menu is requested with its first use, and prepared when the pointer or the focus comes near. */
import { Suspense, useState, type ButtonHTMLAttributes, type ComponentType, type ReactNode } from 'react'
import { lazyPart, PanelBoundary } from './panel-boundary'

interface FirstUseProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** The menu, open from the start, with a button of its own in this one's place. */
  readonly menu: ReactNode
  /** Requests the menu's code. */
  readonly prepare: () => void
  /** It is used without a click. */
  readonly used?: boolean
}

export function FirstUse({ menu, prepare, used = false, onClick, ...button }: FirstUseProps) {
  const [clicked, setClicked] = useState(false)
  const face = (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-expanded={false}
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={(event) => {
        setClicked(true)
        onClick?.(event)
      }}
      {...button}
    />
  )
  if (!clicked && !used) return face
  return (
    <PanelBoundary compact>
      <Suspense fallback={face}>{menu}</Suspense>
    </PanelBoundary>
  )
}

/** A part that can be requested before it is drawn. A request that fails is reported when it is drawn. */
export function preparedPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): readonly [ComponentType<Props>, () => void] {
  return [lazyPart(load), () => void load().catch(() => undefined)]
}
