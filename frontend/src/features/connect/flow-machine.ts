/**
 * What an attempt to connect can go through. Pure: events in, state out.
 *
 *   idle → opening → waiting → connected
 *             ↓          ↘ failed · expired
 *          blocked · failed
 *
 * A window that reads closed is only a hint: waiting goes on, the flow's own status decides.
 */
import { parseProblem, type Problem } from '../../lib/problem'

export interface Attempt {
  /** Optional scopes asked for besides the required ones. */
  readonly scopes: readonly string[]
  /** The connection that is to be reconnected or granted more; null for a new one. */
  readonly target: string | null
}

export type FlowState =
  | { readonly step: 'idle' }
  | ({ readonly step: 'opening' } & Attempt)
  | ({ readonly step: 'blocked' } & Attempt)
  | ({
      readonly step: 'waiting'
      readonly flowId: string
      readonly windowClosed: boolean
      readonly offline: boolean
    } & Attempt)
  | ({ readonly step: 'connected'; readonly connectionId: string | null } & Attempt)
  | ({ readonly step: 'expired' } & Attempt)
  | ({ readonly step: 'failed'; readonly problem: Problem } & Attempt)

export type FlowEvent =
  | ({ readonly type: 'started' } & Attempt)
  /** The same tab came back from the vendor. */
  | { readonly type: 'returned'; readonly flowId: string }
  | { readonly type: 'blocked' }
  | { readonly type: 'authorizing'; readonly flowId: string }
  | { readonly type: 'startFailed'; readonly problem: Problem }
  | { readonly type: 'polled'; readonly flowId: string; readonly flow: FlowAnswer }
  | { readonly type: 'pollFailed'; readonly flowId: string; readonly problem: Problem }
  | { readonly type: 'windowClosed' }
  | { readonly type: 'timedOut' }
  | { readonly type: 'dismissed' }

/** The part of the service's answer that decides. */
export interface FlowAnswer {
  readonly status: 'pending' | 'connected' | 'failed'
  readonly connection_id?: string | null
  readonly error?: { readonly code: string; readonly detail: string } | null
}

export const IDLE: FlowState = { step: 'idle' }
const AT_VENDOR = { windowClosed: false, offline: false } as const

function attemptOf({ scopes, target }: Attempt): Attempt {
  return { scopes, target }
}

export function nextFlowState(state: FlowState, event: FlowEvent): FlowState {
  switch (event.type) {
    case 'started':
      return { step: 'opening', ...attemptOf(event) }
    case 'returned':
      return state.step === 'idle'
        ? { step: 'waiting', scopes: [], target: null, ...AT_VENDOR, flowId: event.flowId }
        : state
    case 'dismissed':
      return IDLE
    case 'blocked':
      return state.step === 'opening' ? { step: 'blocked', ...attemptOf(state) } : state
    case 'startFailed':
      return state.step === 'opening' ? { step: 'failed', ...attemptOf(state), problem: event.problem } : state
    case 'authorizing':
      return state.step === 'opening'
        ? { step: 'waiting', ...attemptOf(state), ...AT_VENDOR, flowId: event.flowId }
        : state
    default:
      return state.step === 'waiting' ? nextWaiting(state, event) : state
  }
}

type Waiting = Extract<FlowState, { step: 'waiting' }>
type WaitingEvent = Extract<FlowEvent, { type: 'polled' | 'pollFailed' | 'windowClosed' | 'timedOut' }>

function nextWaiting(state: Waiting, event: WaitingEvent): FlowState {
  switch (event.type) {
    case 'windowClosed':
      return state.windowClosed ? state : { ...state, windowClosed: true }
    case 'timedOut':
      return { step: 'expired', ...attemptOf(state) }
    case 'polled':
      return event.flowId === state.flowId ? afterPoll(state, event.flow) : state
    case 'pollFailed':
      return event.flowId === state.flowId ? afterFailedPoll(state, event.problem) : state
  }
}

function afterPoll(state: Waiting, flow: FlowAnswer): FlowState {
  if (flow.status === 'connected')
    return { step: 'connected', ...attemptOf(state), connectionId: flow.connection_id ?? null }
  if (flow.status === 'failed') return { step: 'failed', ...attemptOf(state), problem: flowProblem(flow) }
  return state.offline ? { ...state, offline: false } : state
}

/** The service forgets a flow when its time is over; anything else may pass. */
function afterFailedPoll(state: Waiting, problem: Problem): FlowState {
  if (problem.status === 404) return { step: 'expired', ...attemptOf(state) }
  if (problem.retryable || problem.status === 0) return state.offline ? state : { ...state, offline: true }
  return { step: 'failed', ...attemptOf(state), problem }
}

function flowProblem({ error }: FlowAnswer): Problem {
  return parseProblem(400, error ?? { code: 'oauth_failed' })
}
