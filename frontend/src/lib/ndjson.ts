/** Reads newline-delimited JSON as it arrives. */

/**
 * Yields the values of each chunk that ends a line, in order. A last line without a newline counts.
 *
 * Throws a SyntaxError for a line that is no JSON, and whatever the body throws when the connection breaks.
 */
export async function* jsonLines(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<unknown[]> {
  let rest = ''
  for await (const text of chunks(body.pipeThrough(new TextDecoderStream()))) {
    const end = text.lastIndexOf('\n')
    if (end < 0) {
      rest += text
      continue
    }
    const whole = rest + text.slice(0, end)
    rest = text.slice(end + 1)
    const values = parseLines(whole)
    if (values.length > 0) yield values
  }
  const last = parseLines(rest)
  if (last.length > 0) yield last
}

function parseLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown)
}

/** Not every browser iterates a stream by itself. Leaving early cancels the request. */
async function* chunks(stream: ReadableStream<string>): AsyncGenerator<string> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
