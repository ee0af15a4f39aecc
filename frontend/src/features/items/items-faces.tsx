/** What the records view shows instead of rows: loading, nothing there, nothing matching, not allowed. */
import { FilterX, Inbox, KeyRound, Lock } from 'lucide-react'
import { Button } from '../../components/button'
import { Face } from '../../components/face'
import { Skeleton } from '../../components/skeleton'
import { strings } from '../../lib/strings'
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
  readonly filter: string
  readonly more: boolean
  readonly onClear: () => void
}

export function NoMatchFace({ filter, more, onClear }: NoMatchFaceProps) {
  return (
    <Face
      icon={<FilterX />}
      title={words.noMatchTitle}
      actions={<Button onClick={onClear}>{words.clearFilter}</Button>}
    >
      <p>
        {words.noMatchText(filter)} {more && words.noMatchMore}
      </p>
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
          {strings.connection.grant}
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
