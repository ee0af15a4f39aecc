import { describe, expect, test } from 'vitest'
import { jsonLines } from './ndjson'

function bodyOf(...chunks: (string | Uint8Array<ArrayBuffer>)[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk)
      controller.close()
    },
  })
}

async function valuesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const batch of jsonLines(body)) values.push(...batch)
  return values
}

describe('jsonLines', () => {
  test('reads lines wherever the chunks are cut', async () => {
    const text = '{"a":1}\n{"b":"x\\ny"}\n{"c":3}\n'

    for (let cut = 0; cut <= text.length; cut++) {
      expect(await valuesOf(bodyOf(text.slice(0, cut), text.slice(cut)))).toEqual([{ a: 1 }, { b: 'x\ny' }, { c: 3 }])
    }
  })

  test('a character split between two chunks stays whole', async () => {
    const bytes = new TextEncoder().encode('{"name":"Zoë 🚀"}\n')

    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await valuesOf(bodyOf(bytes.slice(0, cut), bytes.slice(cut)))).toEqual([{ name: 'Zoë 🚀' }])
    }
  })

  test('the last line needs no newline, and empty lines count for nothing', async () => {
    expect(await valuesOf(bodyOf('1\n\n', '\n2'))).toEqual([1, 2])
  })

  test('an empty body has no values', async () => {
    expect(await valuesOf(bodyOf())).toEqual([])
  })

  test('a line that was cut off is an error, after the whole ones', async () => {
    const seen: unknown[] = []

    const reading = async () => {
      for await (const batch of jsonLines(bodyOf('1\n{"a":'))) seen.push(...batch)
    }

    await expect(reading()).rejects.toBeInstanceOf(SyntaxError)
    expect(seen).toEqual([1])
  })

  test('leaving early cancels the request', async () => {
    let cancelled = false
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('1\n'))
      },
      cancel() {
        cancelled = true
      },
    })

    for await (const batch of jsonLines(body)) if (batch.length > 0) break

    expect(cancelled).toBe(true)
  })
})
