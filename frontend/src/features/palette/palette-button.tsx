/** Opens the command palette, by a click or Ctrl-K (Cmd-K). Its code comes with the first use. */
import { Search } from 'lucide-react'
import { Suspense, useState } from 'react'
import { preparedPart } from '../../components/first-use'
import { PanelBoundary } from '../../components/panel-boundary'
import { strings } from '../../lib/strings'
import { useKey } from '../../lib/use-key'
import type { PaletteOf } from './palette-of'

const words = strings.palette
const [Palette, prepare] = preparedPart(async () => (await import('./palette')).Palette)

const APPLE = /mac|iphone|ipad/i.test(navigator.userAgent)
/** A question that must be answered first. */
const QUESTION = '[role="alertdialog"]'

export function PaletteButton(of: PaletteOf) {
  const [open, setOpen] = useState(false)
  // Stays once it was opened, to close in its own time.
  const [wanted, setWanted] = useState(false)
  const change = (next: boolean) => {
    setOpen(next)
    if (next) setWanted(true)
  }
  useShortcut(() => {
    change(!open)
  })
  return (
    <>
      <button
        type="button"
        className="palette-button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-keyshortcuts="Control+K Meta+K"
        aria-label={words.button}
        onPointerEnter={prepare}
        onFocus={prepare}
        onClick={() => {
          change(true)
        }}
      >
        <Search aria-hidden="true" />
        <span>{words.button}</span>
        <kbd aria-hidden="true">{APPLE ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      {wanted && (
        <PanelBoundary compact>
          <Suspense fallback={null}>
            <Palette {...of} open={open} onOpenChange={change} />
          </Suspense>
        </PanelBoundary>
      )}
    </>
  )
}

function useShortcut(onPress: () => void): void {
  useKey((event) => {
    // The key that comes before K: the code is then here in time.
    if (event.key === 'Control' || event.key === 'Meta') prepare()
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
    event.preventDefault()
    if (document.querySelector(QUESTION) === null) onPress()
  })
}
