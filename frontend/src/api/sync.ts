/** The background sync of a connection: its state, its runs, and what can be done with it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { serviceUrl } from '../lib/base-url'
import { identity } from '../lib/identity'
import { ProblemError } from '../lib/problem'
import { answerOf, api } from './client'
import { integrationsQuery } from './integrations'
import type { components } from './schema.gen'

type Schemas = components['schemas']
export type SyncView = Schemas['SyncView']
export type SyncRun = Schemas['RunView']
export type RunKind = Schemas['RunRequest']['kind']

interface Target {
  readonly provider: string
  readonly connectionId: string
}

const RUNS_EVERY_MS = 10_000
/** A service that restarts refuses for a moment. */
const REOPEN_MS = 10_000

/** Null while sync is off. */
export function syncQuery({ provider, connectionId }: Target) {
  return queryOptions({
    queryKey: ['connection', connectionId, 'sync'],
    queryFn: async ({ signal }) => {
      const params = { path: { provider }, query: { connection_id: connectionId } }
      try {
        return await answerOf<SyncView>(api.GET('/integrations/{provider}/sync', { params, signal }))
      } catch (error) {
        if (error instanceof ProblemError && error.problem.code === 'sync_not_enabled') return null
        throw error
      }
    },
  })
}

/** Runs that wait or run, and the last 50 that ended. */
export function runsQuery({ provider, connectionId }: Target) {
  return queryOptions({
    queryKey: ['connection', connectionId, 'sync-runs'],
    queryFn: async ({ signal }) => {
      const params = { path: { provider }, query: { connection_id: connectionId } }
      const { runs } = await answerOf<Schemas['RunList']>(
        api.GET('/integrations/{provider}/sync/runs', { params, signal }),
      )
      return runs
    },
    refetchInterval: RUNS_EVERY_MS,
  })
}

/** Turns sync on for these object types, or changes them. */
export function useEnableSync(target: Target) {
  return useSyncAction(target, (objectTypes: readonly string[]) =>
    answerOf(
      api.PUT('/integrations/{provider}/sync', {
        params: paramsOf(target),
        body: { object_types: [...objectTypes], properties: 'default', associations: true },
      }),
    ),
  )
}

/** Turns sync off and deletes the stored records. From then on nobody may ask for it: that is an error. */
export function useDisableSync(target: Target) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: () => answerOf(api.DELETE('/integrations/{provider}/sync', { params: paramsOf(target) })),
    onSuccess: async () => {
      cache.setQueryData(syncQuery(target).queryKey, null)
      await cache.invalidateQueries(integrationsQuery)
    },
  })
}

/** Starts a run now. */
export function useStartRun(target: Target) {
  return useSyncAction(target, (kind: RunKind) =>
    answerOf(api.POST('/integrations/{provider}/sync/runs', { params: paramsOf(target), body: { kind } })),
  )
}

/** Cancels a run that waits, or ends one that runs at its next checkpoint. */
export function useCancelRun(target: Target) {
  return useSyncAction(target, (runId: string) => {
    const { path, query } = paramsOf(target)
    const params = { path: { ...path, run_id: runId }, query }
    return answerOf(api.DELETE('/integrations/{provider}/sync/runs/{run_id}', { params }))
  })
}

function useSyncAction<Input>(target: Target, act: (input: Input) => Promise<unknown>) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSettled: async () => {
      await Promise.all([
        cache.invalidateQueries(integrationsQuery), // connections say whether their sync is on
        cache.invalidateQueries({ queryKey: syncQuery(target).queryKey }),
        cache.invalidateQueries({ queryKey: runsQuery(target).queryKey }),
      ])
    },
  })
}

interface SyncListener {
  readonly onState: (state: SyncView) => void
  /** The service refused, perhaps because sync is off. */
  readonly onRefused: () => void
}

/** Opens the stream of states. The browser reopens it where it broke, this where it was refused. Returns how to close it. */
export function watchSync({ provider, connectionId }: Target, { onState, onRefused }: SyncListener): () => void {
  const query = new URLSearchParams({ ...identity(), connection_id: connectionId })
  let close: () => void = () => undefined
  const open = () => {
    const events = new EventSource(serviceUrl(`integrations/${provider}/sync?${query.toString()}`))
    close = () => {
      events.close()
    }
    events.addEventListener('state', (event: MessageEvent<string>) => {
      onState(JSON.parse(event.data) as SyncView)
    })
    events.addEventListener('error', () => {
      if (events.readyState !== EventSource.CLOSED) return
      const timer = setTimeout(open, REOPEN_MS)
      close = () => {
        events.close()
        clearTimeout(timer)
      }
      onRefused()
    })
  }
  open()
  return () => {
    close()
  }
}

function paramsOf({ provider, connectionId }: Target) {
  return { path: { provider }, query: { connection_id: connectionId } }
}
