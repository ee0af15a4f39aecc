/**
 * Runs an attempt to connect: the window in the click's tick, the authorization URL, then polling until the flow has ended.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useEffectEvent, useReducer, useRef } from 'react'
import { flowQuery, startFlow } from '../../api/flows'
import { integrationsQuery } from '../../api/integrations'
import type { Connection } from '../../api/types'
import { problemOf } from '../../lib/problem'
import { useMounted } from '../../lib/use-mounted'
import { IDLE, nextFlowState, type FlowState } from './flow-machine'
import { listenForFlow, openPopup } from './popup'
import { noteGreeted } from './seen-connections'

const LOOK_AT_WINDOW_EVERY_MS = 500

export interface ConnectFlow {
  readonly state: FlowState
  /** Call it in a click handler and in nothing later. */
  readonly start: (scopes?: readonly string[], target?: Pick<Connection, 'connection_id'>) => void
  readonly bringToFront: () => void
  readonly dismiss: () => void
}

/** Called with the new connection once the page's list has it; `left`: another page was opened meanwhile. */
type OnConnected = (connection: Connection | null, left: boolean) => void

export function useConnectFlow(provider: string, onConnected: OnConnected): ConnectFlow {
  const [state, dispatch] = useReducer(nextFlowState, IDLE)
  const popup = useRef<Window | null>(null)
  const attempt = useRef(0)
  const cache = useQueryClient()
  const flowId = state.step === 'waiting' ? state.flowId : null

  const start = useCallback(
    (scopes: readonly string[] = [], target?: Pick<Connection, 'connection_id'>) => {
      const mine = ++attempt.current
      popup.current?.close()
      popup.current = openPopup(`connect-${provider}`)
      dispatch({ type: 'started', scopes, target: target?.connection_id ?? null })
      const opened = popup.current
      if (!opened) {
        dispatch({ type: 'blocked' })
        return
      }
      startFlow(provider, scopes).then(
        ({ authorization_url, flow_id, expires_in }) => {
          if (mine !== attempt.current) return
          if (!opened.closed) opened.location.href = authorization_url
          dispatch({ type: 'authorizing', flowId: flow_id })
          window.setTimeout(() => {
            if (mine === attempt.current) dispatch({ type: 'timedOut' })
          }, expires_in * 1000)
        },
        (error: unknown) => {
          if (mine !== attempt.current) return
          opened.close()
          dispatch({ type: 'startFailed', problem: problemOf(error) })
        },
      )
    },
    [provider],
  )

  const dismiss = useCallback(() => {
    attempt.current += 1
    popup.current?.close()
    popup.current = null
    dispatch({ type: 'dismissed' })
  }, [])

  const bringToFront = useCallback(() => {
    popup.current?.focus()
  }, [])

  useEffect(() => {
    const returned = takeReturnedFlow()
    if (returned !== null) dispatch({ type: 'returned', flowId: returned })
  }, [])

  const poll = useQuery({ ...flowQuery(provider, flowId ?? ''), enabled: flowId !== null })
  const { data, error, dataUpdatedAt, errorUpdatedAt, refetch } = poll

  useEffect(() => {
    if (flowId === null) return
    if (error) dispatch({ type: 'pollFailed', flowId, problem: problemOf(error) })
    else if (data) dispatch({ type: 'polled', flowId, flow: data })
  }, [flowId, data, error, dataUpdatedAt, errorUpdatedAt])

  useEffect(() => {
    if (flowId === null) return
    const stopListening = listenForFlow(flowId, () => void refetch())
    const timer = window.setInterval(() => {
      if (popup.current?.closed) dispatch({ type: 'windowClosed' })
    }, LOOK_AT_WINDOW_EVERY_MS)
    return () => {
      stopListening()
      window.clearInterval(timer)
    }
  }, [flowId, refetch])

  const connectedId = state.step === 'connected' ? state.connectionId : null
  const isConnected = state.step === 'connected'
  const target = isConnected ? state.target : null
  const announce = useEffectEvent(onConnected)
  const mounted = useMounted()
  useEffect(() => {
    if (!isConnected) return
    popup.current?.close()
    if (connectedId) noteGreeted(connectedId)
    const settle = async () => {
      await cache.invalidateQueries(integrationsQuery)
      if (connectedId) await cache.invalidateQueries({ queryKey: ['connection', connectedId] })
      const known = cache.getQueryData(integrationsQuery.queryKey)?.flatMap((entry) => entry.connections)
      const connected = known?.find((entry) => entry.connection_id === connectedId) ?? null
      // Another account than the one that was meant is announced, not switched to.
      if (target === null || target === connectedId) announce(connected, !mounted.current)
    }
    void settle()
  }, [isConnected, connectedId, target, cache, mounted])

  return { state, start, bringToFront, dismiss }
}

/** The flow that the callback page named when it returned to this page; removed from the address. */
function takeReturnedFlow(): string | null {
  const url = new URL(window.location.href)
  const flow = url.searchParams.get('flow')
  if (flow === null) return null
  url.searchParams.delete('flow')
  window.history.replaceState(window.history.state, '', url)
  return flow
}
