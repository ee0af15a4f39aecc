/** What the records view shows instead of rows: loading, nothing there, nothing matching, not allowed. */
import { FilterX, Inbox, KeyRound, Lock, RotateCw, Search, SearchX } from 'lucide-react'
import { Button } from '../../components/button'
import { Face } from '../../components/face'
import { Skeleton } from '../../components/skeleton'
import { strings } from '../../lib/strings'
import { useUrlState, type Density } from '../../lib/url-state'
import type { ColumnSpec, IntegrationDescriptor } from '../descriptor'
import { columnWidths, rowHeight } from './table-sizes'

const words = strings.items
const SKELETON_ROWS = 12
/** Varied so that it reads as text to come. */
const WIDTHS = ['62%', '48%', '71%', '55%', '80%', '44%', '66%']

interface ItemsSkeletonProps {
  readonly columns: readonly ColumnSpec[]
  readonly density: Density
  readonly narrow: boolean
}

/** The table's heads and the shape of its rows, each where it will be. */
export function ItemsSkeleton({ columns, density, narrow }: ItemsSkeletonProps) {
  return (
    <div className="table-scroll" aria-busy="true">
      <p className="visually-hidden" role="status">
        {words.loadingMore}
      </p>
      <div className="table" style={columnWidths(columns)} aria-hidden="true">
        <div className="table-head">
          <div className="table-row">
            {columns.map((column) => (
              <div key={column.id} className={column.align === 'end' ? 'cell cell-end' : 'cell'}>
                <span className="skeleton-head">{column.header}</span>
              </div>
            ))}
          </div>
        </div>
        {Array.from({ length: SKELETON_ROWS }, (_, row) => (
          <div key={row} className="table-row skeleton-row" style={{ height: rowHeight(density, narrow) }}>
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

export function EmptyFace({ label, onReload }: { readonly label: string; readonly onReload: () => void }) {
  return (
    <Face
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
    </Face>
  )
}

interface NoMatchFaceProps {
  readonly vendor: string
  /** There are records that are not loaded. */
  readonly more: boolean
  /** Words are searched for. */
  readonly searched: boolean
}

export function NoMatchFace({ vendor, more, searched }: NoMatchFaceProps) {
  const [, setUrl] = useUrlState()
  return (
    <Face
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
                setUrl({ find: true, is: [], date: null })
              }}
            >
              {words.findButton(vendor)}
            </Button>
          )}
          <Button
            onClick={() => {
              setUrl({ q: '', is: [], date: null }, 'replace')
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
    </Face>
  )
}

export function FindEmptyFace({ query, vendor }: { readonly query: string; readonly vendor: string }) {
  return (
    <Face icon={<SearchX />} title={words.findEmptyTitle(vendor)} role="status">
      <p>{words.findEmptyText(query)}</p>
    </Face>
  )
}

interface LockedFaceProps {
  readonly label: string
  readonly missingScopes: readonly string[]
  readonly descriptor: IntegrationDescriptor
  readonly onGrant: (scopes: readonly string[]) => void
}

export function LockedFace({ label, missingScopes, descriptor, onGrant }: LockedFaceProps) {
  if (missingScopes.length === 0) return <ForbiddenFace label={label} vendor={descriptor.label} />
  return (
    <Face
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
          {strings.connection.grantOne(label.toLowerCase())}
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
    </Face>
  )
}

/** No scope helps: there is nothing to grant. */
function ForbiddenFace({ label, vendor }: { readonly label: string; readonly vendor: string }) {
  return (
    <Face icon={<Lock />} title={words.forbiddenTitle(label)} role="status">
      <p>{words.forbiddenText(vendor)}</p>
    </Face>
  )
}
