/** Real processes for the browser tests. Each ends with the test run, even a killed one: its input is a pipe from here. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const BACKEND = fileURLToPath(new URL('../../../backend', import.meta.url))
export const PYTHON = fileURLToPath(new URL('../../../.venv/bin/python', import.meta.url))
const START_WITHIN_MS = 30_000
const STOP_WITHIN_MS = 10_000
const POLL_MS = 25
const KEPT_CHARACTERS = 20_000

/** Settings of the product or the simulator that happen to be set are not meant for the tests. */
const NOT_INHERITED =
  /^((APP_ENV|PUBLIC_URL|REDIS_URL|REDIS_PLAINTEXT_HOSTS|ENCRYPTION_KEYS|DATA_DIR|HTTPS_PROXY|NO_PROXY|VENDOR_CA)(_FILE)?|(HUBSPOT|AIRTABLE|NOTION|HOST|FRAME|SIMULATOR)_.+)$/

type Settings = Readonly<Record<string, string>>

/** For each worker, below those that systems give out by themselves and above those of the backend's tests. */
const [FIRST_PORT, PORTS] = [26_000, 500]

export class PythonProcess {
  private child: ChildProcess | null = null
  /** The last of what it has printed. */
  output = ''

  /** `program` is what follows `python tied.py`: `['module', 'simulator', ...]` or `['script', 'main.py', ...]`. */
  constructor(
    private readonly program: readonly string[],
    private readonly readyUrl: string,
    private readonly settings: Settings = {},
  ) {}

  /** Resolves when it answers; rejects with its output when it ends or stays silent. */
  async start(): Promise<void> {
    const child = spawn(PYTHON, ['simulator/tied.py', ...this.program], {
      cwd: BACKEND,
      env: { ...inherited(), ...this.settings, PYTHONUNBUFFERED: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.child = child
    child.on('error', (error) => {
      this.keep(String(error))
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.keep(chunk.toString())
      })
    }
    await this.waitUntilReady(child)
  }

  /** SIGTERM and its end; SIGKILL when that is not enough. */
  async stop(): Promise<void> {
    const child = this.child
    this.child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
    await ended
    clearTimeout(timer)
  }

  /** Gone at once, as in a crash. */
  async kill(): Promise<void> {
    const child = this.child
    this.child = null
    if (!child) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  private async waitUntilReady(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + START_WITHIN_MS
    while (!(await answers(this.readyUrl))) {
      if (child.exitCode !== null || child.pid === undefined) throw new Error(`${this.name} ended:\n${this.output}`)
      if (Date.now() > deadline) throw new Error(`${this.name} did not answer ${this.readyUrl}:\n${this.output}`)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  private get name(): string {
    return this.program.slice(0, 2).join(' ')
  }

  private keep(text: string): void {
    this.output = (this.output + text).slice(-KEPT_CHARACTERS)
  }
}

let given = Math.floor(Math.random() * PORTS)

/** A port nobody listens on at this moment; no other worker of this run chooses from its range. */
export async function freePort(): Promise<number> {
  const first = FIRST_PORT + PORTS * Number(process.env['TEST_PARALLEL_INDEX'] ?? 0)
  for (let attempt = 0; attempt < PORTS; attempt++) {
    // One after the other, because the process that got the last one may not have bound it yet.
    const port = first + (given++ % PORTS)
    if (await canListen(port)) return port
  }
  throw new Error('no port is free')
}

async function canListen(port: number): Promise<boolean> {
  const probe = createServer()
  probe.listen(port, '127.0.0.1')
  try {
    await once(probe, 'listening')
  } catch {
    return false
  }
  probe.close()
  await once(probe, 'close')
  return true
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}

function inherited(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !NOT_INHERITED.test(entry[0]),
  )
  return Object.fromEntries(entries)
}
