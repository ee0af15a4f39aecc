/** For tests: a stream that is fed by hand. */
import { vi } from 'vitest'
import type { LoadLine } from '../../api/load'
import type { OpenLines } from './line-event'

export function checkpoint(resume: string): LoadLine {
  const notice = { code: 'checkpoint', detail: 'Safe.', object_type: null, missing_scopes: [], wait_s: null, resume }
  return { notice }
}

export class FakeStream {
  readonly calls: { readonly types: readonly string[]; readonly after: string | null }[] = []
  signal: AbortSignal | null = null
  private waiting: (readonly LoadLine[] | Error | null)[] = []
  private wake: () => void = () => undefined

  readonly open: OpenLines = (types, after, signal) => {
    this.calls.push({ types, after })
    this.signal = signal
    this.waiting = []
    return this.lines()
  }

  async send(...lines: LoadLine[]): Promise<void> {
    await this.push(lines)
  }

  async fail(error: Error): Promise<void> {
    await this.push(error)
  }

  async end(): Promise<void> {
    await this.push(null)
  }

  private async push(entry: readonly LoadLine[] | Error | null): Promise<void> {
    this.waiting.push(entry)
    this.wake()
    await vi.advanceTimersByTimeAsync(0)
  }

  private async *lines(): AsyncGenerator<readonly LoadLine[]> {
    for (;;) {
      const entry = this.waiting.shift()
      if (entry === undefined) {
        await new Promise<void>((resolve) => {
          this.wake = resolve
        })
        continue
      }
      if (entry === null) return
      if (entry instanceof Error) throw entry
      yield entry
    }
  }
}
