// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest'
import { answerOf, api } from './client'

afterEach(() => {
  vi.unstubAllGlobals()
})

function brokenBy(error: Error): Response {
  const body = new ReadableStream({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode('{"integrations":'))
      controller.error(error)
    },
  })
  return new Response(body, { headers: { 'Content-Type': 'application/json' } })
}

test('an answer that breaks off was interrupted, and is asked for again', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(brokenBy(new TypeError('network error'))))

  await expect(answerOf(api.GET('/integrations'))).rejects.toMatchObject({
    problem: { code: 'stream_interrupted', retryable: true },
  })
})

test('an answer that is no JSON was not expected', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>')))

  await expect(answerOf(api.GET('/integrations'))).rejects.toMatchObject({ problem: { code: 'unexpected_answer' } })
})

test('a canceled request is not reported as a problem', async () => {
  const canceled = new DOMException('', 'AbortError')
  vi.stubGlobal('fetch', () => Promise.resolve(brokenBy(canceled)))

  await expect(answerOf(api.GET('/integrations'))).rejects.toBe(canceled)
})
