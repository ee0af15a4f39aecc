/** The saved views of an account, kept in this browser for the user who saved them. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { sessionQuery } from '../../api/session'
import type { SignedIn } from '../../api/types'
import { parseStored, readStored, useStored, writeStored } from '../../lib/stored'
import { added, parseViews, removed, replaced, type SavedView, type ViewProblem } from './saved-views'

type Outcome = ViewProblem | null

export interface SavedViews {
  readonly all: readonly SavedView[]
  /** The user is known, so that views can be saved. */
  readonly ready: boolean
  /** Null when it was saved. */
  readonly add: (view: SavedView) => Outcome
  /** Replaces the view of this name, which may change its name. */
  readonly replace: (old: SavedView, next: SavedView) => Outcome
  readonly remove: (view: SavedView) => Outcome
}

export function useSavedViews(provider: string, portalId: string): SavedViews {
  // The page's head asks who is signed in.
  const { data: user } = useQuery({ ...sessionQuery, enabled: false })
  const name = storageName(user, provider, portalId)
  const text = useStored(name)
  const all = useMemo(() => parseViews(parseStored(text)), [text])
  // Another tab may have changed the list since it was drawn.
  const change = (edit: (views: readonly SavedView[]) => readonly SavedView[] | ViewProblem): Outcome => {
    if (user === undefined) return 'unstored'
    const next = edit(parseViews(readStored(name)))
    if (typeof next === 'string') return next
    return writeStored(name, next) ? null : 'unstored'
  }
  return {
    all,
    ready: user !== undefined,
    add: (view) => change((views) => added(views, view)),
    replace: (old, next) => change((views) => replaced(views, old, next)),
    remove: (view) => change((views) => removed(views, view)),
  }
}

/** A browser can have several users, one after another. */
function storageName(user: SignedIn | undefined, provider: string, portalId: string): string {
  const owner = user ? [user.org_id, user.user_id] : []
  return ['saved-views', '1', ...[...owner, provider, portalId].map(encodeURIComponent)].join(':')
}
