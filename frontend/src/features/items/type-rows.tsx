/** The table, or the face that stands for it. */
import { RefreshCw } from 'lucide-react'
import { useCallback } from 'react'
import type { Connection } from '../../api/types'
import { Button } from '../../components/button'
import { ErrorFace } from '../../components/face'
import { problemOf } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { connectionName } from '../connection-name'
import type { ColumnSpec } from '../descriptor'
import { EmptyFace, ItemsSkeleton, NoMatchFace } from './items-faces'
import { ItemsTable } from './items-table'
import { LoadFooter } from './load-footer'
import type { TypeTab } from './object-types'
import type { ItemsQuery } from './use-items'
import type { ItemsTableModel } from './use-items-table'

interface TypeRowsProps {
  readonly query: ItemsQuery
  readonly table: ItemsTableModel
  readonly tab: TypeTab
  readonly connection: Connection
  readonly specs: readonly ColumnSpec[]
  readonly allSpecs: readonly ColumnSpec[]
  readonly narrow: boolean
  readonly filter: string
  readonly openedId: string | null
  readonly empty: boolean
  readonly onClearFilter: () => void
  readonly onOpen: (id: string) => void
  readonly onReconnect: () => void
}

export function TypeRows(props: TypeRowsProps) {
  const { query, table, tab, connection, filter, empty } = props
  const { fetchNextPage, hasNextPage, isFetching, isError } = query
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage])

  if (query.isPending) return <ItemsSkeleton columns={props.specs.length} />
  if (query.data === undefined) return <FirstPageError query={query} onReconnect={props.onReconnect} />
  if (empty && !hasNextPage) return <EmptyFace label={tab.label} />
  const nothingMatches = table.getRowModel().rows.length === 0
  return (
    <>
      {nothingMatches ? (
        <NoMatchFace filter={filter} more={hasNextPage} onClear={props.onClearFilter} />
      ) : (
        <ItemsTable
          table={table}
          label={strings.items.tableLabel(tab.label, connectionName(connection))}
          specs={props.specs}
          allSpecs={props.allSpecs}
          narrow={props.narrow}
          total={filter === '' ? tab.total : null}
          openedId={props.openedId}
          stale={connection.status !== 'connected'}
          onOpen={props.onOpen}
          onNearEnd={hasNextPage && !isFetching && !isError && filter === '' ? loadMore : null}
        />
      )}
      <LoadFooter query={query} />
    </>
  )
}

function FirstPageError({ query, onReconnect }: { readonly query: ItemsQuery; readonly onReconnect: () => void }) {
  const problem = problemOf(query.error)
  return (
    <ErrorFace
      problem={problem}
      busy={query.isFetching}
      onRetry={() => void query.refetch()}
      actions={
        problem.action === 'reconnect' && (
          <Button
            variant="primary"
            icon={<RefreshCw />}
            onClick={() => {
              onReconnect()
            }}
          >
            {strings.connect.reconnect}
          </Button>
        )
      }
    />
  )
}
