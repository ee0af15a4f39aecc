/**
 * One account's load: runs the stream, holds the rows, tells listeners a few times a second.
 *
 * Rows are only ever appended, so that a view over them can go on where it stopped. A record that comes twice
 * (after a resume) counts once.
 */
import { problemOfLine, type LoadLine } from '../../api/load'
import type { Item, LoadNotice } from '../../api/types'
import { interruptedProblem, ProblemError, problemOf } from '../../lib/problem'
import { Held, type Rows } from './held'
import type { Keeper } from './kept-load'
import { isActive, NOTHING_LOADED, nextLoadState, type LoadEvent, type LoadState } from './load-state'
import { withSample, type Sample } from './pace'

/** Opens the stream for these types from a place. Aborting ends it. */
export type OpenLines = (
  objectTypes: readonly string[],
  after: string | null,
  signal: AbortSignal,
) => AsyncIterable<readonly LoadLine[]>

const TELL_EVERY_MS = 250

export class AccountLoad {
  state: LoadState
  samples: readonly Sample[] = []
  private held = new Held()
  /** What an earlier load brought: shown until the next one has as much. */
  private old = new Held()
  private uncounted = new Map<string, number>()
  private objectTypes: readonly string[] = []
  /** Rows since the last checkpoint. */
  private unkept: Item[] = []
  private run: AbortController | null = null
  private timer: ReturnType<typeof setTimeout> | null = null
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly open: OpenLines,
    private readonly keeper: Keeper | null = null,
    private readonly now: () => number = Date.now,
  ) {
    this.state = keeper ? { ...NOTHING_LOADED, phase: 'restoring' } : NOTHING_LOADED
  }

  /** For useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  rowsOf(objectType: string): Rows {
    const now = this.held.rowsOf(objectType)
    const before = this.old.rowsOf(objectType)
    return now.count >= before.count || this.state.phase === 'done' ? now : before
  }

  find(id: string): Item | undefined {
    return this.held.byId.get(id) ?? this.old.byId.get(id)
  }

  /** What this tab had loaded before it was reloaded; goes on with it, unless it had been stopped. */
  async restore(): Promise<void> {
    const kept = await this.keeper?.restore()
    if (this.state.phase !== 'restoring') return
    if (kept) {
      this.objectTypes = kept.objectTypes
      for (const item of kept.items) this.held.add(item.object_type, item)
    }
    this.dispatch({ type: 'restored', kept: kept ? { types: kept.types, resume: kept.resume } : null })
    if (kept?.going) await this.resume()
  }

  /** Loads all records of these object types again. */
  start(objectTypes: readonly string[]): Promise<void> {
    this.stop()
    this.objectTypes = objectTypes
    if (this.held.byId.size > 0) this.old = this.held
    this.held = new Held()
    this.uncounted = new Map()
    this.unkept = []
    void this.keeper?.forget()
    this.dispatch({ type: 'started', objectTypes })
    return this.read()
  }

  /** Goes on where it ended; does nothing when that place is not known. */
  async resume(): Promise<void> {
    if (isActive(this.state) || this.state.resume === null) return
    this.dispatch({ type: 'resumed' })
    await this.read()
  }

  /** Tries again what failed: from where it ended, else anew. */
  async retry(): Promise<void> {
    if (this.state.phase !== 'failed') return
    await (this.state.resume === null ? this.start(this.objectTypes) : this.resume())
  }

  stop(): void {
    this.run?.abort()
    this.run = null
    if (!isActive(this.state)) return
    this.dispatch({ type: 'stopped' })
    void this.keeper?.rest()
  }

  private async read(): Promise<void> {
    const run = new AbortController()
    this.run = run
    this.samples = []
    try {
      for await (const lines of this.open(this.objectTypes, this.state.resume, run.signal)) {
        if (run.signal.aborted) return
        this.take(lines)
      }
      if (!run.signal.aborted && isActive(this.state)) throw new ProblemError(interruptedProblem())
    } catch (error) {
      if (!run.signal.aborted) this.dispatch({ type: 'failed', problem: problemOf(error) })
    }
  }

  private take(lines: readonly LoadLine[]): void {
    for (const line of lines) {
      if ('item' in line) this.keep(line.item)
      else this.dispatch(this.eventOf(line))
    }
    this.tellSoon()
  }

  private eventOf(line: Exclude<LoadLine, { item: Item }>): LoadEvent {
    if ('plan' in line) return { type: 'planned', plan: line.plan }
    if ('notice' in line) return this.eventOfNotice(line.notice)
    if ('receipt' in line) return { type: 'received', receipt: line.receipt }
    return { type: 'failed', problem: problemOfLine(line.error) }
  }

  private eventOfNotice(notice: LoadNotice): LoadEvent {
    if ('resume' in notice) return { type: 'checkpoint', resume: notice.resume }
    return { type: 'noticed', notice, now: this.now() }
  }

  private keep(item: Item): void {
    const name = item.object_type
    if (!this.held.add(name, item)) return
    this.uncounted.set(name, (this.uncounted.get(name) ?? 0) + 1)
    if (this.keeper) this.unkept.push(item)
  }

  private dispatch(event: LoadEvent): void {
    if (event.type !== 'delivered') this.countDelivered()
    this.state = nextLoadState(this.state, event)
    if (event.type === 'received') this.old = new Held()
    // Nobody sees that there is a place to go on from.
    if (event.type === 'checkpoint') this.keepPlace(event.resume)
    else this.tell()
    if (this.state.phase === 'done' && this.state.resume === null) void this.keeper?.forget()
  }

  private keepPlace(resume: string): void {
    const items = this.unkept
    this.unkept = []
    void this.keeper?.save({ objectTypes: this.objectTypes, resume, types: this.state.types, items, going: true })
  }

  /** Items are counted into the state when listeners are told, not one by one. */
  private countDelivered(): void {
    if (this.uncounted.size === 0) return
    this.state = nextLoadState(this.state, { type: 'delivered', counts: this.uncounted })
    this.uncounted = new Map()
    this.samples = withSample(this.samples, { at: this.now(), done: this.held.byId.size })
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => {
      this.countDelivered()
      this.tell()
    }, TELL_EVERY_MS)
  }

  private tell(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    for (const listener of this.listeners) listener()
  }
}
