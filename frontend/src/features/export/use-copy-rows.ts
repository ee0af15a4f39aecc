/** Copies rows for a spreadsheet, and says what came of it until other rows are meant. */
import { useState } from 'react'
import type { Item } from '../../api/types'
import { useKey } from '../../lib/use-key'
import type { ColumnSpec } from '../descriptor'
import { clipboardRows } from './clipboard-rows'

/** More take long to build and to paste: a file is better. */
export const MAX_COPIED_ROWS = 10_000

export type CopyOutcome = 'copied' | 'failed' | 'too-many'

export function useCopyRows(rows: readonly Item[], columns: readonly ColumnSpec[]) {
  const [last, setLast] = useState<{ readonly rows: readonly Item[]; readonly outcome: CopyOutcome } | null>(null)
  const copy = async () => {
    setLast({ rows, outcome: await copyRows(rows, columns) })
  }
  return { outcome: last?.rows === rows ? last.outcome : null, copy: () => void copy() }
}

/** Ctrl or Cmd with C on the table copies, unless text is selected. */
export function useCopyKey(copy: () => void): void {
  useKey((event) => {
    if (event.key.toLowerCase() !== 'c' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
    if (!document.activeElement?.closest('[role="grid"]') || document.getSelection()?.isCollapsed === false) return
    event.preventDefault()
    copy()
  })
}

async function copyRows(rows: readonly Item[], columns: readonly ColumnSpec[]): Promise<CopyOutcome> {
  if (rows.length > MAX_COPIED_ROWS) return 'too-many'
  const { text, html } = clipboardRows(rows, columns)
  try {
    const forms = [new Blob([text], { type: 'text/plain' }), new Blob([html], { type: 'text/html' })]
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(forms.map((form) => [form.type, form])))])
    return 'copied'
  } catch {
    return 'failed'
  }
}
