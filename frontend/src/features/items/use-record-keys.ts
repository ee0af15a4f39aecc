/** Keys of an open record, wherever the focus is: J and K step through the table, Escape closes. */
import { useKey } from '../../lib/use-key'

/** Where keys belong to something else. */
const OTHERS =
  'input, textarea, select, [contenteditable], [role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]'

interface RecordKeys {
  readonly previous: string | null
  readonly next: string | null
  readonly onOpenItem: (id: string) => void
  readonly onClose: () => void
}

export function useRecordKeys({ previous, next, onOpenItem, onClose }: RecordKeys): void {
  useKey((event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target instanceof HTMLElement && event.target.closest(OTHERS)) return
    if (event.key === 'Escape') onClose()
    const target = event.key === 'j' ? next : event.key === 'k' ? previous : null
    if (target !== null) onOpenItem(target)
  })
}
