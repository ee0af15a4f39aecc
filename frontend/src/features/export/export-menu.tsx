/** Takes records along: the current view, its rows in their order, or the whole account. Its button requests it. */
import { Popover } from '@base-ui/react/popover'
import { useId, useState } from 'react'
import type { Item } from '../../api/types'
import { buttonClass } from '../../components/button'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import type { TypeTab } from '../items/object-types'
import { accountTables, loadedRecords, unreadTypes, type Account } from './account-tables'
import { ExportLabel } from './export-label'
import { FormatButton } from './format-button'
import { ExportNotes, gapOf, type Gap } from './export-notes'
import { ExportOutcome } from './export-outcome'
import { receiptOf, tooLong, type Format, type Receipt, type Table } from './export-job'
import { useExport, type ExportState } from './use-export'

const words = strings.exporting

export interface ExportMenuProps {
  readonly account: Account
  readonly tab: TypeTab
  readonly rows: readonly Item[]
  readonly columns: readonly ColumnSpec[]
  /** How many of the type's records are loaded. */
  readonly loaded: number
  /** Of how many; null when that is not known. */
  readonly total: number | null
  /** A search or filters leave records out. */
  readonly narrowed: boolean
}

interface OpenExportMenuProps extends ExportMenuProps {
  /** There is something to take along. */
  readonly able: boolean
  readonly open: boolean
  readonly setOpen: (open: boolean) => void
}

type Scope = 'view' | 'account'

/** What a choice of the scope takes along. */
interface Selection {
  readonly tables: readonly Table[]
  readonly receipt: Receipt
  readonly fileName: string
  /** Records of the account that are not loaded, and so cannot be taken along. */
  readonly gap: Gap | null
}

export function ExportMenu({ able, open, setOpen, ...props }: OpenExportMenuProps) {
  const { state, start, stop } = useExport()
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        if (!next) stop()
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

type ChoicesProps = ExportMenuProps & { readonly state: ExportState } & Pick<
    ReturnType<typeof useExport>,
    'start' | 'stop'
  >

function Choices({ state, start, stop, ...props }: ChoicesProps) {
  const { account, rows } = props
  const [scope, setScope] = useState<Scope>(rows.length > 0 ? 'view' : 'account')
  const [safe, setSafe] = useState(true)
  const { tables, receipt, fileName, gap } = scope === 'view' ? viewOf(props) : wholeOf(account)
  const long = tooLong(tables)
  const write = (format: Format) => void start({ tables, receipt, format, safe, fileName, account: account.name })
  const busy = state.step === 'writing'
  return (
    <>
      <Popover.Title className="popover-title">{words.button}</Popover.Title>
      <ScopeChoice {...props} scope={scope} onChoose={setScope} />
      <ExportNotes gap={gap} leftOut={receipt.left_out} />
      <FormatButton name={words.csv} text={words.csvText} format="csv" busy={busy} onWrite={write} />
      <label className="choice export-safe">
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

function viewOf({ account, tab, rows, columns, loaded, total, narrowed }: ExportMenuProps): Selection {
  const table = { name: tab.name, label: tab.label, rows, count: rows.length, columns, total }
  // What a search or a filter leaves out is not missing, and the vendor's search has no total.
  const gap = narrowed && total === null ? null : gapOf([{ ...table, count: loaded }])
  return {
    tables: [table],
    receipt: receiptOf([table], { narrowed }),
    fileName: `${account.fileName}-${tab.name}`,
    gap,
  }
}

function wholeOf(account: Account): Selection {
  const tables = accountTables(account)
  const receipt = receiptOf(tables, { narrowed: false, leftOut: unreadTypes(account.tabs) })
  return { tables, receipt, fileName: account.fileName, gap: gapOf(tables) }
}

interface ScopeChoiceProps extends ExportMenuProps {
  readonly scope: Scope
  readonly onChoose: (scope: Scope) => void
}

function ScopeChoice({ account, tab, rows, columns, narrowed, scope, onChoose }: ScopeChoiceProps) {
  const name = useId()
  const choices = [
    [
      'view',
      words.view(tab.label),
      `${words.what(rows.length, columns.length)}${narrowed ? ` ${words.filtered}` : ''}`,
      rows.length > 0,
    ],
    ['account', words.account, words.accountText(loadedRecords(account), account.name), loadedRecords(account) > 0],
  ] as const
  return (
    <fieldset className="choices">
      <legend className="visually-hidden">{words.scope}</legend>
      {choices.map(([value, label, text, able]) => (
        <label key={value} className="choice export-scope">
          <input
            type="radio"
            name={name}
            checked={scope === value}
            disabled={!able}
            onChange={() => {
              onChoose(value)
            }}
          />
          <span>
            {label}
            <span className="muted">{able ? text : words.nothing}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
