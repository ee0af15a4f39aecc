/** Notices of an account that the user dismissed in this browser. One with another text is shown again. */
import { parseStored, readStored, useStored, writeStored } from './stored'

const NAME = 'dismissed-notices:1'
/** The oldest are forgotten first. */
const MAX_ACCOUNTS = 50
const MAX_NOTICES = 20

export interface Dismissals {
  readonly has: (notice: string) => boolean
  readonly add: (notice: string) => void
}

export function useDismissals(account: string): Dismissals {
  const notices = noticesByAccount(parseStored(useStored(NAME))).get(account) ?? []
  return {
    has: (notice) => notices.includes(notice),
    add: (notice) => {
      dismiss(account, notice)
    },
  }
}

export function dismiss(account: string, notice: string): void {
  const known = noticesByAccount(readStored(NAME))
  const notices = [...(known.get(account) ?? []), notice].slice(-MAX_NOTICES)
  known.delete(account)
  known.set(account, notices)
  writeStored(NAME, [...known].slice(-MAX_ACCOUNTS))
}

/** The latest account last. */
export function noticesByAccount(stored: unknown): Map<string, readonly string[]> {
  return new Map(Array.isArray(stored) ? stored.filter(isEntry) : [])
}

function isEntry(entry: unknown): entry is [string, string[]] {
  return (
    Array.isArray(entry) &&
    entry.length === 2 &&
    typeof entry[0] === 'string' &&
    Array.isArray(entry[1]) &&
    entry[1].every((notice) => typeof notice === 'string')
  )
}
