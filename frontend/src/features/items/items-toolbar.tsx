/** Above the table: search, how many records that leaves or are chosen, what the table looks like, taking it along; then the filters. */
import { RotateCw } from 'lucide-react'
import { Suspense, useDeferredValue, type ReactNode } from 'react'
import { lazyPart, PanelBoundary } from '../../components/panel-boundary'
import type { Item } from '../../api/types'
import { Button, buttonClass } from '../../components/button'
import { FirstUse, preparedPart } from '../../components/first-use'
import { IconButton } from '../../components/icon-button'
import { useCommand } from '../../lib/commands'
import { formatCount, formatMoment } from '../../lib/format'
import { strings } from '../../lib/strings'
import { useUrlState } from '../../lib/url-state'
import type { Account } from '../export/account-tables'
import { ExportButton } from '../export/export-button'
import type { TypeTab } from './object-types'
import { gapOf, summaryOf } from './coverage'
import { isActive } from '../load/load-state'
import { SearchBox } from './search-box'
import type { Columns } from './columns'
import { PartialNote } from './partial-note'
import { ViewMenuLabel } from './view-menu-label'
import type { ChosenRows } from './use-chosen-rows'
import type { ExtraProperties } from './use-extra-values'
import type { Records } from './use-records'

const words = strings.items

// Not needed to read: they come beside the first rows.
const [ViewMenu, prepareViewMenu] = preparedPart(async () => (await import('./view-menu')).ViewMenu)
const ChosenBar = lazyPart(async () => (await import('./chosen-bar')).ChosenBar)
const FilterBar = lazyPart(async () => (await import('./filter-bar')).FilterBar)

interface ItemsToolbarProps {
  readonly tab: TypeTab
  readonly vendor: string
  readonly records: Records
  readonly rows: readonly Item[]
  /** By values, dates or conditions. */
  readonly filtered: boolean
  readonly chosen: ChosenRows
  readonly columns: Columns
  /** Null when the columns are the usual ones. */
  readonly onResetColumns: (() => void) | null
  /** Values of columns that the records were not loaded with. */
  readonly extra: Pick<ExtraProperties, 'loading' | 'problem'>
  /** Loads all records of the account. */
  readonly onLoadAll: () => void
  /** Whose records an export may take along as a whole. */
  readonly account: Account
  /** The saved views. */
  readonly children: ReactNode
}

export function ItemsToolbar(props: ItemsToolbarProps) {
  const { tab, vendor, records, rows, filtered, chosen, columns, extra, account } = props
  const { onLoadAll, onResetColumns, children } = props
  const [url, setUrl] = useUrlState()
  const finding = url.find && url.q !== ''
  const wanted = { ...url, filtered }
  const narrowed = filtered || url.q !== ''
  const all = records.complete
  const gap = gapOf(records, wanted, tab, vendor)
  const choosing = chosen.ids.size > 0
  const exporting = (
    <ExportButton
      account={account}
      tab={tab}
      rows={rows}
      chosen={chosen}
      columns={columns.chosen}
      loaded={records.count}
      total={records.from === 'search' ? records.total : all ? records.count : tab.total}
      narrowed={narrowed}
      lacking={extra.loading || extra.problem !== null}
    />
  )
  // Rows are filtered a moment after the choice: with them, not before.
  const summary = useDeferredValue(summaryOf(records, rows.length, wanted, tab, vendor))
  // Several times a second: nobody could listen to that.
  const counting = !choosing && records.from === 'load' && records.reloading
  useCommand('reload', records.reloading ? null : strings.action.reload, records.reload)
  return (
    <>
      <div className="toolbar">
        <SearchBox label={words.filter(tab.label)} />
        <p className="toolbar-summary" role="status" aria-live={counting ? 'off' : undefined}>
          {choosing ? chosenText(chosen) : summary}
        </p>
        {choosing && (
          <PanelBoundary compact>
            {/* A menu that opened before the bar is here would close when it comes. */}
            <Suspense fallback={null}>
              <ChosenBar chosen={chosen} columns={columns.chosen}>
                {exporting}
              </ChosenBar>
            </Suspense>
          </PanelBoundary>
        )}
        {!choosing && records.readAt > 0 && !records.pending && (
          <p className="as-of">
            {strings.connection.asOf(formatMoment(records.asOf ?? new Date(records.readAt).toISOString()))}
          </p>
        )}
        <div className="toolbar-actions">
          {url.q !== '' && !finding && !all && rows.length > 0 && (
            <Button
              size="small"
              onClick={() => {
                setUrl({ find: true })
              }}
            >
              {words.findButton(vendor)}
            </Button>
          )}
          {children}
          <FirstUse
            className={buttonClass('secondary', 'small')}
            prepare={prepareViewMenu}
            menu={<ViewMenu columns={columns} onReset={onResetColumns} />}
          >
            <ViewMenuLabel />
          </FirstUse>
          {!choosing && exporting}
          <IconButton
            label={strings.action.reload}
            icon={<RotateCw className={records.reloading ? 'turning' : ''} />}
            onClick={records.reload}
            disabled={records.reloading}
          />
        </div>
      </div>
      {gap !== null && <PartialNote text={gap} loading={isActive(account.load.state)} onLoad={onLoadAll} />}
      {finding ? (
        <FindBar query={url.q} vendor={vendor} />
      ) : (
        <PanelBoundary compact>
          <Suspense fallback={<div className="filter-bar" />}>
            <FilterBar columns={columns.all} tab={tab} descriptor={account.descriptor} records={records.here} />
          </Suspense>
        </PanelBoundary>
      )}
    </>
  )
}

function FindBar({ query, vendor }: { readonly query: string; readonly vendor: string }) {
  const [, setUrl] = useUrlState()
  return (
    <div className="filter-bar find-bar">
      <p className="find-title">{words.findTitle(query, vendor)}</p>
      <Button
        size="small"
        onClick={() => {
          setUrl({ find: false })
        }}
      >
        {words.findBack}
      </Button>
    </div>
  )
}

/** How many are chosen: just what can be copied and exported, and what cannot. */
function chosenText({ rows, hidden }: ChosenRows): string {
  const count = strings.choice.count(formatCount(rows.length))
  return hidden === 0 ? count : `${count}, ${strings.choice.hidden(formatCount(hidden))}`
}
