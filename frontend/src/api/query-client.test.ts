// @vitest-environment jsdom
import { onlineManager } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { createQueryClient } from './query-client'

afterEach(() => {
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
