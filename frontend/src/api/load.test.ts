// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest'
import { loadLines } from './load'

const REQUEST = { provider: 'hubspot', connectionId: 'c1', objectTypes: ['deals'], after: null }

afterEach(() => {
  vi.unstubAllGlobals()
})

async function linesOf(body: string): Promise<unknown[]> {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body)))
  const found: unknown[] = []
  for await (const lines of loadLines(REQUEST, new AbortController().signal)) found.push(...lines)
  return found
}

test('a line of a kind that this page does not know is left out', async () => {
  expect(await linesOf('{"news":{}}\n{"item":{"id":"1_Deal"}}\n')).toEqual([{ item: { id: '1_Deal' } }])
})

test.each(['{"item":{"id":', 'null\n'])('a stream that ends in %j was interrupted', async (body) => {
  await expect(linesOf(body)).rejects.toMatchObject({ problem: { code: 'stream_interrupted' } })
})
