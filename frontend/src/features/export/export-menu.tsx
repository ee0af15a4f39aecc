/** Takes the current view along: these rows, in this order. */
import { Popover } from '@base-ui/react/popover'
import { CircleAlert, CircleCheck, Download, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { Item } from '../../api/types'
import { Button, buttonClass } from '../../components/button'
import { useCommand } from '../../lib/commands'
import { formatBytes, formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import type { Format, Receipt } from './rows-writer'
import { useExport, type ExportState } from './use-export'

const words = strings.exporting

interface ExportMenuProps {
  readonly label: string
  readonly rows: readonly Item[]
  readonly columns: readonly ColumnSpec[]
  readonly loaded: number
  readonly total: number | null
  /** A search or filters leave records out. */
  readonly narrowed: boolean
  readonly fileName: string
}

export function ExportMenu(props: ExportMenuProps) {
  const { label, rows, columns, loaded, total, narrowed } = props
  const { state, start, stop } = useExport()
  const [open, setOpen] = useState(false)
  useCommand('export', rows.length === 0 ? null : words.title(label), () => {
    setOpen(true)
  })
  const partial = total !== null && loaded < total
  const receipt: Receipt = { complete: !partial && !narrowed, rows: rows.length, total, narrowed }
  const write = (format: Format) => void start({ rows, columns, receipt, format, fileName: props.fileName })
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        if (!next) stop()
      }}
    >
      <Popover.Trigger className={buttonClass('secondary', 'small')} disabled={rows.length === 0}>
        <Download aria-hidden="true" />
        {words.button}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-positioner" sideOffset={6} align="end">
          <Popover.Popup className="menu popover export">
            <Popover.Title className="popover-title">{words.title(label)}</Popover.Title>
            <Popover.Description className="muted">
              {words.what(formatCount(rows.length), formatCount(columns.length))} {narrowed && words.filtered}
            </Popover.Description>
            {partial && (
              <p className="export-partial">
                <TriangleAlert aria-hidden="true" />
                {words.partial(formatCount(loaded), formatCount(total))}
              </p>
            )}
            <FormatButton name={words.csv} text={words.csvText} format="csv" state={state} onWrite={write} />
            <FormatButton name={words.ndjson} text={words.ndjsonText} format="ndjson" state={state} onWrite={write} />
            <Outcome state={state} onStop={stop} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface FormatButtonProps {
  readonly name: string
  readonly text: string
  readonly format: Format
  readonly state: ExportState
  readonly onWrite: (format: Format) => void
}

function FormatButton({ name, text, format, state, onWrite }: FormatButtonProps) {
  return (
    <button
      type="button"
      className="export-format"
      disabled={state.step === 'writing'}
      onClick={() => {
        onWrite(format)
      }}
    >
      <b>{name}</b>
      <span className="muted">{text}</span>
    </button>
  )
}

function Outcome({ state, onStop }: { readonly state: ExportState; readonly onStop: () => void }) {
  switch (state.step) {
    case 'idle':
      return null
    case 'writing':
      return (
        <div className="export-outcome" role="status">
          <span>{words.working(formatCount(state.done), formatCount(state.total))}</span>
          <Button size="small" onClick={onStop}>
            {strings.action.cancel}
          </Button>
        </div>
      )
    case 'failed':
      return (
        <p className="export-outcome" role="alert">
          <CircleAlert className="bad" aria-hidden="true" />
          <span>
            {words.failed}. {words.failedText}
          </span>
        </p>
      )
    case 'done':
      return (
        <p className="export-outcome" role="status">
          {state.receipt.complete ? (
            <CircleCheck className="good" aria-hidden="true" />
          ) : (
            <TriangleAlert className="warn" aria-hidden="true" />
          )}
          <span>
            {words.done(formatCount(state.receipt.rows), formatBytes(state.bytes))}
            <br />
            <span className="muted">{state.receipt.complete ? words.complete : words.incomplete}</span>
          </span>
        </p>
      )
  }
}
