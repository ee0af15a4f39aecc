/** The table, or the state shown in place of it. */
import { RefreshCw } from 'lucide-react'
import { useEffect, useEffectEvent } from 'react'
import type { Connection, Item } from '../../api/types'
import { Button } from '../../components/button'
import { ErrorState } from '../../components/error-state'
import { Spinner } from '../../components/spinner'
import { strings } from '../../lib/strings'
import { buildSearch, useUrlState, type Sort } from '../../lib/url-state'
import { connectionName } from '../connection-name'
import type { ColumnSpec } from '../descriptor'
import { isNarrowedHere } from './coverage'
import { NoRecords, NothingFound, ItemsSkeleton, NoMatch } from './items-states'
import { ItemsTable } from './items-table'
import { MoreFailed } from './more-failed'
import type { TypeTab } from './object-types'
import type { ChosenRows } from './use-chosen-rows'
import type { ColumnArrangement } from './use-column-arrangement'
import type { ExtraProperties } from './use-extra-values'
import type { Records } from './use-records'

interface TypeRowsProps {
  readonly records: Records
  readonly rows: readonly Item[]
  /** `rows` are still those of before the last page was read, or the last choice made. */
  readonly behind: boolean
  /** The order of rows for which the address names none. */
  readonly usualSort: Sort | null
  readonly tab: TypeTab
  readonly connection: Connection
  readonly vendor: string
  readonly arrangement: ColumnArrangement
  readonly subtitleColumns: readonly ColumnSpec[]
  readonly narrow: boolean
  /** By values, dates or conditions. */
  readonly filtered: boolean
  /** Values that conditions may need. */
  readonly extra: Pick<ExtraProperties, 'loading' | 'problem'>
  readonly changed: ReadonlyMap<string, Item | null>
  readonly chosen: ChosenRows
  readonly onOpen: (id: string, byKeyboard: boolean) => void
  /** Connects again, and asks for these scopes, too. */
  readonly onReconnect: (scopes: readonly string[]) => void
}

export function TypeRows(props: TypeRowsProps) {
  const { records, rows, behind, usualSort, tab, connection, vendor, arrangement, subtitleColumns, narrow } = props
  const { filtered, extra, changed, chosen, onOpen, onReconnect } = props
  const [url, setUrl] = useUrlState()
  const { more } = records
  const narrowed = isNarrowedHere(records, { ...url, filtered })
  // While rows are behind, more records are here than they show.
  const readsOn = more && !more.loading && !more.problem && !filtered && !behind

  const skeleton = <ItemsSkeleton arrangement={arrangement} density={url.density} narrow={narrow} />
  // The vendor may have none among the first it looked through.
  const isEmptySoFar = records.count === 0 && more !== null
  const goOn = useEffectEvent(() => more?.load())
  const waits = isEmptySoFar && !more.loading && !more.problem
  useEffect(() => {
    if (waits) goOn()
  }, [waits])

  if (records.pending) return skeleton
  if (records.problem) return <FirstPageError records={records} onReconnect={onReconnect} />
  if (isEmptySoFar) return more.problem ? <MoreFailed problem={more.problem} onRetry={more.load} /> : skeleton
  if (records.count === 0) {
    return records.from === 'search' ? (
      <NothingFound query={url.q} vendor={vendor} filtered={filtered} />
    ) : (
      <NoRecords label={tab.label} onReload={records.reload} />
    )
  }
  if (rows.length === 0 && filtered) {
    // Which records match is not known yet; a failure is shown above.
    if (extra.loading) return skeleton
    if (extra.problem) return null
  }
  // Without filters there are rows: they are still being prepared.
  if (rows.length === 0 && !narrowed) return skeleton
  if (rows.length === 0) return <NoMatch vendor={vendor} more={more !== null} searched={url.q !== ''} />
  return (
    <>
      <ItemsTable
        rows={rows}
        label={strings.items.tableLabel(tab.label, connectionName(connection))}
        arrangement={arrangement}
        subtitleColumns={subtitleColumns}
        narrow={narrow}
        density={url.density}
        sort={url.sort}
        usualSort={usualSort}
        total={narrowed || records.complete ? null : records.from === 'search' ? records.total : tab.total}
        openedId={url.item}
        search={buildSearch(window.location.search, { item: null })}
        rowsKey={JSON.stringify([url.q, url.find, url.is, url.date, url.where, url.sort])}
        stale={connection.status !== 'connected'}
        busy={records.asking}
        changed={changed}
        chosen={chosen}
        onSort={(sort) => {
          setUrl({ sort }, 'replace')
        }}
        onOpen={onOpen}
        onNearEnd={readsOn ? more.load : null}
      />
      {more?.problem && <MoreFailed problem={more.problem} onRetry={more.load} />}
      {more?.loading && (
        <p className="more-loading" role="status">
          <Spinner /> {strings.items.loadingMore}
        </p>
      )}
    </>
  )
}

function FirstPageError({ records, onReconnect }: Pick<TypeRowsProps, 'records' | 'onReconnect'>) {
  const { problem } = records
  if (!problem) return null
  return (
    <ErrorState
      problem={problem}
      busy={records.reloading}
      onRetry={records.reload}
      actions={
        problem.action === 'reconnect' && (
          <Button
            variant="primary"
            icon={<RefreshCw />}
            onClick={() => {
              onReconnect(problem.missingScopes)
            }}
          >
            {strings.connect.reconnect}
          </Button>
        )
      }
    />
  )
}
