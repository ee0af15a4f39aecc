/** What the records view shows instead of rows: loading, nothing there, nothing matching, not allowed. */
import { FilterX, Inbox, KeyRound, Lock, Search, SearchX } from 'lucide-react'
import { Button } from '../../components/button'
import { Face } from '../../components/face'
import { Skeleton } from '../../components/skeleton'
import { strings } from '../../lib/strings'
import { useUrlState } from '../../lib/url-state'
import type { IntegrationDescriptor } from '../descriptor'

const words = strings.items
const SKELETON_ROWS = 12
/** Varied so that it reads as text to come. */
const WIDTHS = ['62%', '48%', '71%', '55%', '80%', '44%', '66%']

export function ItemsSkeleton({ columns }: { readonly columns: number }) {
  return (
    <div className="table-scroll" aria-busy="true">
      <p className="visually-hidden" role="status">
        {words.loadingMore}
      </p>
      {Array.from({ length: SKELETON_ROWS }, (_, row) => (
        <div key={row} className="skeleton-row" aria-hidden="true">
          {Array.from({ length: columns }, (_, column) => (
            <Skeleton key={column} width={WIDTHS[(row * 3 + column) % WIDTHS.length] ?? '60%'} />
          ))}
        </div>
      ))}
    </div>
  )
}

export function EmptyFace({ label }: { readonly label: string }) {
  return (
    <Face icon={<Inbox />} title={words.emptyTitle(label)} role="status">
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
