/** Takes records along: the chosen rows, the current view in its order, or the whole account. Its button requests it. */
import { Popover } from '@base-ui/react/popover'
import { useState } from 'react'
import { buttonClass } from '../../components/button'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import { ExportLabel } from './export-label'
import { FormatButton } from './format-button'
import { tooLong, type Format } from './export-job'
import { ExportNotes } from './export-notes'
import { ExportOutcome } from './export-outcome'
import { firstScope, selectionOf, type Exportable } from './export-scope'
import { ScopeChoice } from './scope-choice'
import { useExport, type ExportState } from './use-export'

const words = strings.exporting

interface ExportMenuProps extends Exportable {
  /** There is something to take along. */
  readonly able: boolean
  readonly open: boolean
  readonly setOpen: (open: boolean) => void
}

export function ExportMenu({ able, open, setOpen, ...props }: ExportMenuProps) {
  const { state, start, stop } = useExport()
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        // A file that is being written is finished; what came of the last one is not shown again.
        if (!next && state.step !== 'writing') stop()
      }}
    >
      <Popover.Trigger className={buttonClass('secondary', 'small')} disabled={!able}>
        <ExportLabel />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-positioner" sideOffset={6} align="end">
          <Popover.Popup className="menu popover export">
            <Choices {...props} state={state} start={start} stop={stop} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

type ChoicesProps = Exportable & { readonly state: ExportState } & Pick<ReturnType<typeof useExport>, 'start' | 'stop'>

function Choices({ state, start, stop, ...props }: ChoicesProps) {
  const [scope, setScope] = useState(() => firstScope(props))
  const [safe, setSafe] = useState(true)
  const { tables, receipt, fileName, gap, lacking } = selectionOf(scope, props)
  const long = tooLong(tables)
  const write = (format: Format) => void start({ tables, receipt, format, safe, fileName, account: props.account.name })
  const busy = state.step === 'writing'
  return (
    <>
      <Popover.Title className="popover-title">{words.button}</Popover.Title>
      <ScopeChoice {...props} scope={scope} onChoose={setScope} />
      <ExportNotes gap={gap} leftOut={receipt.left_out} lacking={lacking} />
      <FormatButton name={words.csv} text={words.csvText} format="csv" busy={busy} onWrite={write} />
      <label className="choice">
        <input
          type="checkbox"
          checked={safe}
          onChange={() => {
            setSafe(!safe)
          }}
        />
        <span>
          {words.safe}
          <span className="muted">{words.safeText}</span>
        </span>
      </label>
      <FormatButton
        name={words.excel}
        text={words.excelText}
        format="xlsx"
        busy={busy || long !== undefined}
        onWrite={write}
      />
      {long && <p className="muted">{words.tooLong(long.label, formatCount(long.count))}</p>}
      <FormatButton name={words.ndjson} text={words.ndjsonText} format="ndjson" busy={busy} onWrite={write} />
      <ExportOutcome state={state} onStop={stop} />
    </>
  )
}
