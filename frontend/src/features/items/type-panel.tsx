/** The chosen type: search and filters, table, and the opened record, each with its loading, empty, error and stale states. */
import { Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import type { Connection, Integration, Item } from '../../api/types'
import { lazyPart, PanelBoundary } from '../../components/panel-boundary'
import { recallTable, rememberTable } from '../../lib/table-memory'
import { useUrlState, type UrlState } from '../../lib/url-state'
import { useNarrow } from '../../lib/use-narrow'
import { connectionName } from '../connection-name'
import type { IntegrationDescriptor } from '../descriptor'
import type { AccountLoad } from '../load/account-load'
import { allColumns, chosenColumns, defaultColumns, type Columns, type ExtraValues } from './columns'
import { ItemNotices } from './item-notices'
import { ItemsToolbar } from './items-toolbar'
import { tableKey } from './table-key'
import { ExtraLoading, ExtraProblem } from './extra-status'
import { isFiltered } from './filters'
import { focusRows } from './focus-rows'
import { LockedType } from './items-states'
import type { TypeTab } from './object-types'
import { usualSort } from './sort-cycle'
import { TypeRows } from './type-rows'
import { useChosenRows } from './use-chosen-rows'
import { useColumnArrangement } from './use-column-arrangement'
import { useExtraValues } from './use-extra-values'
import { useRecords } from './use-records'
import { useRows, type Wanted } from './use-rows'
import { isArranged } from '../views/current-view'
import { ViewsButton } from '../views/views-button'

// Only when a record is opened.
const OpenedRecord = lazyPart(async () => (await import('./opened-record')).OpenedRecord)
// Only for links with a view's name.
const SharedView = lazyPart(async () => (await import('../views/shared-view')).SharedView)

interface TypePanelProps {
  readonly integration: Integration
  readonly descriptor: IntegrationDescriptor
  readonly connection: Connection
  readonly tab: TypeTab
  /** All of the account. */
  readonly tabs: readonly TypeTab[]
  readonly load: AccountLoad
  /** All records of the account will be here in a moment. */
  readonly wholeSoon: boolean
  readonly onReload: () => void
  readonly onConnect: (scopes?: readonly string[]) => void
}

/** What the vendor has searched, sorted and filtered stays as it is. */
const AS_ANSWERED: Wanted = { q: '', is: [], date: null, where: [], sort: null }

export function TypePanel(props: TypePanelProps) {
  const { integration, descriptor, connection, tab, tabs, load, wholeSoon, onReload, onConnect } = props
  const [url, setUrl] = useUrlState()
  const narrow = useNarrow()
  const [byKeyboard, setByKeyboard] = useState(false)
  // The same one each time: a row is drawn again only when something of it changes.
  const open = useCallback(
    (id: string, keyboard: boolean) => {
      setByKeyboard(keyboard)
      setUrl({ item: id })
    },
    [setUrl],
  )
  const records = useRecords({ integration, descriptor, connection, tab, load, wholeSoon, wanted: url })
  const { items, count, here, arranged } = records
  const names = extraNames(arranged ? { ...url, ...AS_ANSWERED } : url, tab, here.items[0])
  const extra = useExtraValues({ ...records.request, names }, records.asking ? { ...records, count: 0 } : records)
  const columns = useColumns(descriptor, tab, here.items, url.cols, extra.values)
  const usual = usualSort(records.complete, columns.all)
  const q = records.from === 'search' ? '' : url.q
  const wanted = arranged ? AS_ANSWERED : { ...url, q, sort: url.sort ?? usual }
  const { rows, behind } = useRows(items, count, columns.all, wanted)
  const filtered = isFiltered(url, columns.all)
  const chosen = useChosenRows(rows, here)
  const arrangement = useColumnArrangement(columns, integration.id, tab.name, narrow)
  const viewsOf = { provider: integration.id, portalId: connection.portal_id, type: tab.name }
  useEffect(() => {
    rememberTable(tableKey(connection, tab.name), url)
  }, [connection, tab.name, url])

  const fileName = `${integration.id}-${connection.portal_id}`
  const account = { descriptor, name: connectionName(connection), fileName, tabs, load }

  if (!tab.readable) {
    return (
      <LockedType label={tab.label} missingScopes={tab.missingScopes} descriptor={descriptor} onGrant={onConnect} />
    )
  }
  return (
    <>
      <ItemsToolbar
        tab={tab}
        vendor={descriptor.label}
        records={records}
        rows={rows}
        filtered={filtered}
        chosen={chosen}
        columns={columns}
        onResetColumns={arrangement.reset}
        extra={extra}
        onLoadAll={onReload}
        account={account}
      >
        <ViewsButton {...viewsOf} arranged={records.pending || isArranged(url, columns)} />
      </ItemsToolbar>
      {url.named !== null && (
        <PanelBoundary compact>
          <Suspense fallback={null}>
            <SharedView {...viewsOf} />
          </Suspense>
        </PanelBoundary>
      )}
      <ItemNotices
        warnings={records.warnings}
        staleProblem={connection.status === 'connected' ? records.staleProblem : null}
        onRetry={records.reload}
        onGrant={onConnect}
      />
      <ExtraProblem extra={extra} />
      <div className="split">
        <div className="split-main">
          <TypeRows
            records={records}
            rows={rows}
            behind={behind}
            usualSort={usual}
            tab={tab}
            connection={connection}
            vendor={descriptor.label}
            arrangement={arrangement}
            subtitleColumns={columns.chosen}
            narrow={narrow}
            filtered={filtered}
            changed={load.seen.marked}
            chosen={chosen}
            extra={extra}
            onOpen={open}
            onReconnect={onConnect}
          />
          <ExtraLoading extra={extra} />
        </div>
        {url.item !== null && (
          <PanelBoundary>
            <Suspense fallback={null}>
              <OpenedRecord
                id={url.item}
                descriptor={descriptor}
                connection={connection}
                records={records}
                load={load}
                rows={rows}
                tab={tab}
                tabs={tabs}
                byKeyboard={byKeyboard}
                onOpenItem={(id, type = tab.name) => {
                  setUrl(
                    type === tab.name ? { item: id } : { ...recallTable(tableKey(connection, type)), type, item: id },
                  )
                }}
                onLoad={onReload}
                onClose={() => {
                  focusRows()
                  setUrl({ item: null })
                }}
              />
            </Suspense>
          </PanelBoundary>
        )}
      </div>
    </>
  )
}

/** The properties that the address asks for and the records were not loaded with, in a stable order. */
function extraNames(url: Pick<UrlState, 'cols' | 'sort' | 'is' | 'where'>, tab: TypeTab, sample: Item | undefined) {
  if (!sample) return []
  const filtered = [...url.is, ...url.where].map((filter) => filter.column)
  const wanted = new Set([...url.cols, ...(url.sort ? [url.sort.id] : []), ...filtered])
  const names = tab.properties.map((property) => property.name)
  return names.filter((name) => wanted.has(name) && !(name in sample.properties)).sort()
}

/** The same columns as long as the same ones are known and chosen, however many records arrive. */
function useColumns(
  descriptor: IntegrationDescriptor,
  tab: TypeTab,
  items: Parameters<typeof allColumns>[2],
  cols: readonly string[],
  extra: ExtraValues,
): Columns {
  const sample = items[0]
  return useMemo(() => {
    const usual = defaultColumns(descriptor, tab.name, tab, sample)
    const all = allColumns(usual, tab, items, extra, descriptor.meanings)
    return { all, usual, chosen: chosenColumns(all, usual, cols) }
    // The first record stands for the properties that all of them have.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [descriptor, tab.name, tab.properties, sample, cols, extra])
}
