/**
 * What a load goes through. Pure: events in, state out.
 *
 *   restoring → idle → planning → running → done
 *           ↘              ↘         ↘ stopped · failed → planning (again, or from where it ended)
 *             stopped
 */
import type { ItemWarning, LoadPlan, LoadReceipt } from '../../api/types'
import type { Problem } from '../../lib/problem'

export type LoadPhase = 'restoring' | 'idle' | 'planning' | 'running' | 'stopped' | 'failed' | 'done'

export interface TypeProgress {
  /** The vendor's own count; null until the plan is known, and when the vendor gives none. */
  readonly total: number | null
  readonly done: number
}

export interface LoadState {
  readonly phase: LoadPhase
  readonly plan: LoadPlan | null
  readonly types: Readonly<Record<string, TypeProgress>>
  /** Notices for the user; waits are not included. */
  readonly notices: readonly ItemWarning[]
  /** A wait holds the load until then (milliseconds, as Date.now()); what was read before still arrives. */
  readonly waitingUntil: number | null
  /** What it waits for: the vendor's limit, or the next attempt at a call that failed. */
  readonly waitingFor: 'limit' | 'attempt'
  readonly receipt: LoadReceipt | null
  readonly problem: Problem | null
  /** Cursor to resume from; null when only a restart is possible. */
  readonly resume: string | null
}

export type LoadEvent =
  | { readonly type: 'restored'; readonly saved: Pick<LoadState, 'types' | 'resume'> | null }
  | { readonly type: 'started'; readonly objectTypes: readonly string[] }
  | { readonly type: 'resumed' }
  | { readonly type: 'reloaded'; readonly objectType: string; readonly count: number }
  | { readonly type: 'applied'; readonly counts: ReadonlyMap<string, number>; readonly asOf: string | null }
  | { readonly type: 'planned'; readonly plan: LoadPlan }
  | { readonly type: 'delivered'; readonly counts: ReadonlyMap<string, number> }
  | { readonly type: 'noticed'; readonly notice: ItemWarning; readonly now: number }
  | { readonly type: 'checkpoint'; readonly resume: string }
  | { readonly type: 'received'; readonly receipt: LoadReceipt }
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'stopped' }

export const NOTHING_LOADED: LoadState = {
  phase: 'idle',
  plan: null,
  types: {},
  notices: [],
  waitingUntil: null,
  waitingFor: 'limit',
  receipt: null,
  problem: null,
  resume: null,
}

export function nextLoadState(state: LoadState, event: LoadEvent): LoadState {
  switch (event.type) {
    case 'restored':
      if (state.phase !== 'restoring') return state
      return event.saved ? { ...state, ...event.saved, phase: 'stopped' } : { ...state, phase: 'idle' }
    case 'started':
      return { ...NOTHING_LOADED, phase: 'planning', types: unplanned(event.objectTypes) }
    case 'resumed':
      return { ...state, phase: 'planning', problem: null, receipt: null, waitingUntil: null }
    case 'reloaded':
      return reloaded(state, event.objectType, event.count)
    case 'applied':
      return applied(state, event.counts, event.asOf)
    case 'stopped':
      return isActive(state) ? { ...state, phase: 'stopped', waitingUntil: null } : state
    case 'failed':
      return failed(state, event.problem)
    default:
      return isActive(state) ? nextActive(state, event) : state
  }
}

/** One type, all of which was loaded again: whatever it lacked is no longer missing. */
function reloaded(state: LoadState, name: string, count: number): LoadState {
  const types = { ...state.types, [name]: { total: count, done: count } }
  const notices = state.notices.filter((notice) => notice.object_type !== name)
  const { receipt } = state
  const before = receipt?.object_types[name]
  if (!receipt || !before) return { ...state, types, notices }
  const now = { ...before, complete: true, total: count, delivered: count, skipped: [] }
  const object_types = { ...receipt.object_types, [name]: now }
  const complete = receipt.resume === null && Object.values(object_types).every((type) => type.complete)
  return { ...state, types, notices, receipt: { ...receipt, complete, object_types } }
}

/** Changes from the feed: the types as they are now, and how new all records are. */
function applied(state: LoadState, counts: ReadonlyMap<string, number>, asOf: string | null): LoadState {
  const types: Record<string, TypeProgress> = { ...state.types }
  for (const [name, count] of counts) types[name] = { total: count, done: count }
  const plan = state.plan && { ...state.plan, as_of: asOf ?? state.plan.as_of ?? null }
  return { ...state, types, plan }
}

/** A place that the service does not accept leads nowhere. */
function failed(state: LoadState, problem: Problem): LoadState {
  const resume = problem.code === 'invalid_cursor' ? null : state.resume
  return { ...state, phase: 'failed', problem, waitingUntil: null, resume }
}

export function isActive(state: LoadState): boolean {
  return state.phase === 'planning' || state.phase === 'running'
}

/** Nothing more comes by itself. */
export function isOver({ phase }: LoadState): boolean {
  return phase === 'done' || phase === 'stopped' || phase === 'failed'
}

type ActiveEvent = Exclude<
  LoadEvent,
  { type: 'restored' | 'started' | 'resumed' | 'reloaded' | 'applied' | 'stopped' | 'failed' }
>

function nextActive(state: LoadState, event: ActiveEvent): LoadState {
  switch (event.type) {
    case 'planned':
      return { ...state, phase: 'running', plan: event.plan, types: planned(state.types, event.plan) }
    case 'delivered':
      return { ...state, types: delivered(state.types, event.counts) }
    case 'noticed':
      return noticed(state, event.notice, event.now)
    case 'checkpoint':
      return { ...state, resume: event.resume }
    case 'received':
      return afterReceipt(state, event.receipt)
  }
}

function unplanned(objectTypes: readonly string[]): Record<string, TypeProgress> {
  return Object.fromEntries(objectTypes.map((name) => [name, { total: null, done: 0 }]))
}

function planned(types: LoadState['types'], plan: LoadPlan): Record<string, TypeProgress> {
  const next: Record<string, TypeProgress> = { ...types }
  for (const [name, { total }] of Object.entries(plan.object_types))
    next[name] = { done: next[name]?.done ?? 0, total: total ?? null }
  return next
}

function delivered(types: LoadState['types'], counts: ReadonlyMap<string, number>): Record<string, TypeProgress> {
  const next: Record<string, TypeProgress> = { ...types }
  for (const [name, count] of counts) {
    const before = next[name] ?? { total: null, done: 0 }
    next[name] = { ...before, done: before.done + count }
  }
  return next
}

function noticed(state: LoadState, notice: ItemWarning, now: number): LoadState {
  if (typeof notice.wait_s === 'number') {
    const waitingFor = notice.code === 'failure_wait' ? 'attempt' : 'limit'
    return { ...state, waitingUntil: now + notice.wait_s * 1000, waitingFor }
  }
  const known = state.notices.some((other) => other.detail === notice.detail)
  return known ? state : { ...state, notices: [...state.notices, notice] }
}

/** A receipt with a resume cursor belongs to a load that the service ended early. */
function afterReceipt(state: LoadState, receipt: LoadReceipt): LoadState {
  return { ...state, phase: 'done', receipt, waitingUntil: null, resume: receipt.resume }
}
