/**
 * Loads one account: reads the stream, stores the rows, notifies listeners a few times per second.
 * Rows are only appended, so a view can process just the new ones. A repeated record counts once.
 */
import type { Change } from '../../api/changes'
import type { LoadLine } from '../../api/load'
import type { Item } from '../../api/types'
import { interruptedProblem, ProblemError, problemOf } from '../../lib/problem'
import { eventOf, type OpenLines } from './line-event'
import { allShown, LoadedRows, shownOf, type RowsOfLoad } from './loaded-rows'
import type { LoadStore } from './saved-load'
import { isActive, NOTHING_LOADED, nextLoadState, type LoadEvent, type LoadState } from './load-state'
import { SeenChanges } from './seen-changes'
import { withSample, type Sample } from './pace'
import { readType } from './read-type'

const NOTIFY_EVERY_MS = 250
export class AccountLoad {
  state: LoadState
  samples: readonly Sample[] = []
  /** When the load was requested, or changes were applied last. Milliseconds, as Date.now(). */
  readAt = 0
  readonly seen = new SeenChanges()
  private stored = false
  private rows = new LoadedRows()
  /** Rows of the previous load: shown until the current load has as many. */
  private previous = new LoadedRows()
  private uncounted = new Map<string, number>()
  private objectTypes: readonly string[] = []
  /** Rows since the last checkpoint. */
  private unsaved: Item[] = []
  private run: AbortController | null = null
  private timer: ReturnType<typeof setTimeout> | null = null
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly open: OpenLines,
    private readonly store: LoadStore | null = null,
    private readonly now: () => number = Date.now,
  ) {
    this.state = store ? { ...NOTHING_LOADED, phase: 'restoring' } : NOTHING_LOADED
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  rowsOf(objectType: string): RowsOfLoad {
    return shownOf(objectType, this.rows, this.previous)
  }

  all(): readonly Item[] {
    return allShown(this.rows, this.previous)
  }

  find(id: string): Item | undefined {
    return this.rows.byId.get(id) ?? this.previous.byId.get(id)
  }

  /** Restores the load this tab had before it was reloaded, and resumes it unless the user had stopped it. */
  async restore(): Promise<void> {
    const saved = await this.store?.restore()
    if (this.state.phase !== 'restoring') return
    if (saved) {
      this.objectTypes = saved.objectTypes
      for (const item of saved.items) this.rows.add(item.object_type, item)
    }
    this.dispatch({ type: 'restored', saved: saved ? { types: saved.types, resume: saved.resume } : null })
    if (saved?.running) await this.resume()
  }

  /** Loads all records of these object types; `stored` accepts the records that sync keeps. */
  start(objectTypes: readonly string[], stored = false): Promise<void> {
    this.stop()
    this.stored = stored
    this.readAt = this.now()
    this.objectTypes = objectTypes
    if (this.rows.byId.size >= this.previous.byId.size) this.previous = this.rows
    this.rows = new LoadedRows(this.readAt)
    this.uncounted = new Map()
    this.unsaved = []
    void this.store?.forget()
    this.dispatch({ type: 'started', objectTypes })
    return this.read()
  }

  /** Resumes where the load ended, if it can. */
  async resume(): Promise<void> {
    if (isActive(this.state) || this.state.resume === null) return
    this.dispatch({ type: 'resumed' })
    await this.read()
  }

  async retry(): Promise<void> {
    if (this.state.phase !== 'failed') return
    await (this.state.resume === null ? this.start(this.objectTypes) : this.resume())
  }

  /** Loads one type again; its rows are replaced once all have arrived. Throws ProblemErrors only. */
  async reload(objectType: string, signal: AbortSignal): Promise<void> {
    const [rows, at] = [this.rows, this.now()]
    const before = rows.rowsOf(objectType)
    const items = await readType(this.open([objectType], null, signal, false), objectType)
    if (isActive(this.state)) return
    rows.replace(objectType, items, before, at)
    if (rows === this.rows) this.previous.forget(objectType)
    this.dispatch({ type: 'reloaded', objectType, count: this.rowsOf(objectType).count })
  }

  /** Takes over changes of the feed, each record's newest one. `asOf`: how new all records are with them. */
  apply(changes: readonly Pick<Change, 'id' | 'item'>[], asOf: string | null): void {
    if (isActive(this.state) || (changes.length === 0 && asOf === this.state.plan?.as_of)) return
    const before = this.rows.apply(new Map(changes.map(({ id, item }) => [id, item])))
    const types = new Set([...before].map(([id, item]) => (this.find(id) ?? item)?.object_type ?? ''))
    this.readAt = this.rows.readAt = this.now()
    this.seen.note(before, this.readAt, () => {
      this.notify()
    })
    this.dispatch({
      type: 'applied',
      counts: new Map([...types].map((name) => [name, this.rows.rowsOf(name).count])),
      asOf,
    })
  }

  stop(): void {
    this.run?.abort()
    if (!isActive(this.state)) return
    this.dispatch({ type: 'stopped' })
    void this.store?.pause()
  }

  private async read(): Promise<void> {
    const run = new AbortController()
    this.run = run
    this.samples = []
    try {
      for await (const lines of this.open(this.objectTypes, this.state.resume, run.signal, this.stored)) {
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
      if ('item' in line) this.add(line.item)
      else this.dispatch(eventOf(line, this.now()))
    }
    this.notifySoon()
  }

  private add(item: Item): void {
    const name = item.object_type
    if (!this.rows.add(name, item)) return
    this.uncounted.set(name, (this.uncounted.get(name) ?? 0) + 1)
    if (this.store) this.unsaved.push(item)
  }

  private dispatch(event: LoadEvent): void {
    if (event.type !== 'delivered') this.countDelivered()
    this.state = nextLoadState(this.state, event)
    this.rows.asOf = this.state.plan?.as_of ?? null
    if (event.type === 'received') this.rows.end(event.receipt, this.objectTypes)
    if (event.type === 'received' && event.receipt.resume === null) this.previous = new LoadedRows()
    if (event.type === 'checkpoint') this.savePosition(event.resume)
    else this.notify()
    if (this.state.phase === 'done' && this.state.resume === null) void this.store?.forget()
  }

  private savePosition(resume: string): void {
    const items = this.unsaved
    this.unsaved = []
    void this.store?.save({ objectTypes: this.objectTypes, resume, types: this.state.types, items, running: true })
  }

  private countDelivered(): void {
    if (this.uncounted.size === 0) return
    this.state = nextLoadState(this.state, { type: 'delivered', counts: this.uncounted })
    this.uncounted = new Map()
    this.samples = withSample(this.samples, { at: this.now(), done: this.rows.byId.size })
  }

  private notifySoon(): void {
    this.timer ??= setTimeout(() => {
      this.countDelivered()
      this.notify()
    }, NOTIFY_EVERY_MS)
  }

  private notify(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    for (const listener of this.listeners) listener()
  }
}
