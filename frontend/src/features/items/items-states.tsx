/** Shown in place of rows: loading, no records, no match, no access. */
import { FilterX, Inbox, KeyRound, Lock, RotateCw, Search, SearchX } from 'lucide-react'
import { Button } from '../../components/button'
import { EmptyState } from '../../components/empty-state'
import { Skeleton } from '../../components/skeleton'
import { strings } from '../../lib/strings'
import { useUrlState, type Density } from '../../lib/url-state'
import type { IntegrationDescriptor } from '../descriptor'
import { rowHeight, tableClass, tableStyle } from './table-sizes'
import type { ColumnArrangement } from './use-column-arrangement'

const words = strings.items
const SKELETON_ROWS = 12
const WIDTHS = ['62%', '48%', '71%', '55%', '80%', '44%', '66%']

interface ItemsSkeletonProps {
  readonly arrangement: ColumnArrangement
  readonly density: Density
  readonly narrow: boolean
}

/** Header and placeholder rows with the table's own sizes. */
export function ItemsSkeleton({ arrangement, density, narrow }: ItemsSkeletonProps) {
  const { columns } = arrangement
  return (
    <div className="table-scroll" aria-busy="true">
      <p className="visually-hidden" role="status">
        {words.loadingMore}
      </p>
      <div className={tableClass({ density, narrow })} style={tableStyle(arrangement)} aria-hidden="true">
        <div className="table-head">
          <div className="table-row">
            {!narrow && <span />}
            {columns.map((column) => (
              <div key={column.id} className={column.align === 'end' ? 'cell cell-end' : 'cell'}>
                <span className="skeleton-head">{column.header}</span>
              </div>
            ))}
          </div>
        </div>
        {Array.from({ length: SKELETON_ROWS }, (_, row) => (
          <div key={row} className="table-row skeleton-row" style={{ height: rowHeight(density, narrow) }}>
            {!narrow && <span />}
            {columns.map((column, place) => (
              <div key={column.id} className="cell">
                <Skeleton width={WIDTHS[(row * 3 + place) % WIDTHS.length] ?? '60%'} />
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}

export function NoRecords({ label, onReload }: { readonly label: string; readonly onReload: () => void }) {
  return (
    <EmptyState
      icon={<Inbox />}
      title={words.emptyTitle(label)}
      role="status"
      actions={
        <Button icon={<RotateCw />} onClick={onReload}>
          {words.emptyAgain}
        </Button>
      }
    >
      <p>{words.emptyText}</p>
    </EmptyState>
  )
}

interface NoMatchProps {
  readonly vendor: string
  /** Not all records are loaded. */
  readonly more: boolean
  /** A search text is set. */
  readonly searched: boolean
}

export function NoMatch({ vendor, more, searched }: NoMatchProps) {
  const [, setUrl] = useUrlState()
  return (
    <EmptyState
      icon={<FilterX />}
      title={words.noMatchTitle}
      role="status"
      actions={
        <>
          {searched && (
            <Button
              variant="primary"
              icon={<Search />}
              onClick={() => {
                setUrl({ find: true, is: [], date: null, where: [] })
              }}
            >
              {words.findButton(vendor)}
            </Button>
          )}
          <Button
            onClick={() => {
              setUrl({ q: '', is: [], date: null, where: [] }, 'replace')
            }}
          >
            {words.clearFilters}
          </Button>
        </>
      }
    >
      <p>
        {words.noMatchText} {more && words.noMatchMore}
      </p>
    </EmptyState>
  )
}

interface NothingFoundProps {
  /** Empty without words. */
  readonly query: string
  readonly vendor: string
  readonly filtered: boolean
}

/** The vendor's search answered, and found nothing. */
export function NothingFound({ query, vendor, filtered }: NothingFoundProps) {
  const [, setUrl] = useUrlState()
  return (
    <EmptyState
      icon={<SearchX />}
      title={words.findEmptyTitle(vendor)}
      role="status"
      actions={
        filtered && (
          <Button
            onClick={() => {
              setUrl({ is: [], date: null, where: [] }, 'replace')
            }}
          >
            {words.clearFilters}
          </Button>
        )
      }
    >
      <p>{filtered ? words.findEmptyFilters : words.findEmptyText(query)}</p>
    </EmptyState>
  )
}

interface LockedTypeProps {
  readonly label: string
  readonly missingScopes: readonly string[]
  readonly descriptor: IntegrationDescriptor
  readonly onGrant: (scopes: readonly string[]) => void
}

export function LockedType({ label, missingScopes, descriptor, onGrant }: LockedTypeProps) {
  if (missingScopes.length === 0) return <ForbiddenType label={label} vendor={descriptor.label} />
  return (
    <EmptyState
      icon={<Lock />}
      title={words.lockedTitle(label)}
      role="status"
      actions={
        <Button
          variant="primary"
          icon={<KeyRound />}
          onClick={() => {
            onGrant(missingScopes)
          }}
        >
          {strings.connection.grantOne(label)}
        </Button>
      }
    >
      <p>{words.lockedText}</p>
      <ul className="plain-list">
        {missingScopes.map((scope) => (
          <li key={scope}>
            {descriptor.scopeWords[scope] ?? scope} <code>{scope}</code>
          </li>
        ))}
      </ul>
    </EmptyState>
  )
}

/** No scope can be granted. */
function ForbiddenType({ label, vendor }: { readonly label: string; readonly vendor: string }) {
  return (
    <EmptyState icon={<Lock />} title={words.forbiddenTitle(label)} role="status">
      <p>{words.forbiddenText(vendor)}</p>
    </EmptyState>
  )
}
