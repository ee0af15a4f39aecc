// @vitest-environment jsdom
import { onlineManager, QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { ProblemError, unreachableProblem } from '../lib/problem'
import { integrationsQuery } from './integrations'
import { createQueryClient } from './query-client'

afterEach(() => {
  vi.useRealTimers()
  onlineManager.setOnline(true)
})

test('without a network the service is asked all the same: it may run on this machine', async () => {
  onlineManager.setOnline(false)
  const client = createQueryClient()
  const ask = vi.fn(() => Promise.resolve('answer'))

  void client.fetchQuery({ queryKey: ['x'], queryFn: ask })
  void client.getMutationCache().build(client, { mutationFn: ask }).execute(undefined)
  await Promise.resolve()

  expect(ask).toHaveBeenCalledTimes(2)
})

test('a list of connections that could not be read again is asked for until it is here', async () => {
  vi.useFakeTimers()
  const client = createQueryClient()
  client.setQueryData(integrationsQuery.queryKey, [])
  const queryFn = vi.fn(() => Promise.reject(new ProblemError(unreachableProblem())))
  const stop = new QueryObserver(client, { ...integrationsQuery, queryFn, retry: false }).subscribe(() => undefined)

  void client.invalidateQueries(integrationsQuery)
  await vi.advanceTimersByTimeAsync(4_000)

  expect(queryFn).toHaveBeenCalledTimes(2)
  stop()
})
