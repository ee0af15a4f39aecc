/**
 * Follows the change feed of one connection, and keeps the newest change of each record until it is shown. No markup.
 *
 *   following → refused → asks why → again after a while · ended (cursor expired, too many changes: read all again)
 */
import type { Change, FeedListener } from '../../api/changes'
import { ProblemError } from '../../lib/problem'

/** More changes than this are read faster as a whole. */
const MOST_PENDING = 5_000
const FIRST_RETRY_MS = 5_000
const LONGEST_RETRY_MS = 60_000

export interface Feed {
  readonly follow: (after: string, listener: FeedListener) => () => void
  /** Throws a ProblemError: why the feed behind this cursor is refused. */
  readonly check: (after: string) => Promise<void>
}

export interface LiveState {
  /** The newest change of each record, by item id. */
  readonly pending: ReadonlyMap<string, Change>
  /** Stored records are at least as new as this (ISO 8601); null until the feed has said so. */
  readonly asOf: string | null
  /** The feed no longer has all changes: all records must be read again. */
  readonly ended: boolean
}

export class LiveChanges {
  state: LiveState = { pending: new Map(), asOf: null, ended: false }
  private refusals = 0
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly feed: Feed,
    private cursor: string,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Follows the feed from where it was left. Returns how to pause. */
  readonly follow = (): (() => void) => {
    let stop: () => void = () => undefined
    let timer: ReturnType<typeof setTimeout> | null = null
    let paused = false
    const open = () => {
      if (paused || this.state.ended) return
      stop = this.feed.follow(this.cursor, {
        onPage: (changes, next, asOf) => {
          this.take(changes, next, asOf)
          if (this.state.ended) stop()
        },
        onRefused: () => {
          timer = setTimeout(() => void this.ask().then(open), this.retryMs())
        },
      })
    }
    open()
    return () => {
      paused = true
      stop()
      if (timer !== null) clearTimeout(timer)
    }
  }

  /** The pending changes, which are shown from now on. */
  shown(): readonly Change[] {
    const changes = [...this.state.pending.values()]
    this.set({ pending: new Map() })
    return changes
  }

  private take(changes: readonly Change[], next: string, asOf: string | null): void {
    this.cursor = next
    this.refusals = 0
    if (changes.length === 0 && asOf === this.state.asOf) return
    const pending = new Map(this.state.pending)
    for (const change of changes) pending.set(change.id, change)
    if (pending.size > MOST_PENDING) this.set({ pending: new Map(), ended: true })
    else this.set({ pending, asOf: asOf ?? this.state.asOf })
  }

  private async ask(): Promise<void> {
    try {
      await this.feed.check(this.cursor)
    } catch (error) {
      if (error instanceof ProblemError && ENDED.has(error.problem.code)) this.set({ pending: new Map(), ended: true })
    }
  }

  private retryMs(): number {
    this.refusals += 1
    return Math.min(FIRST_RETRY_MS * 2 ** (this.refusals - 1), LONGEST_RETRY_MS)
  }

  private set(next: Partial<LiveState>): void {
    this.state = { ...this.state, ...next }
    for (const listener of this.listeners) listener()
  }
}

const ENDED = new Set(['cursor_expired', 'invalid_cursor', 'sync_not_enabled', 'not_found'])
