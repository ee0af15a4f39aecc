/** The service below a path of a host that it shares with a page of the host application. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, PythonProcess } from './processes'
import { hubspotSettings, type Servers } from './servers'

const PATH = '/crm'

export interface SubPath {
  /** PUBLIC_URL. */
  readonly url: string
  /** A page of the host application that shows the service's page, opened for this user, in a frame. */
  readonly hostPage: (user: string) => string
  /** How the proxy passes the path on. */
  passes: 'kept' | 'removed'
  readonly stop: () => Promise<void>
}

export async function startSubPath({ simulator }: Servers): Promise<SubPath> {
  const [port, publicPort] = [await freePort(), await freePort()]
  const host = `http://localhost:${String(publicPort)}`
  const folder = await mkdtemp(join(tmpdir(), 'integrations-sub-path-'))
  const service = new PythonProcess(
    ['script', 'main.py', '--env-file', '', '--port', String(port)],
    `http://localhost:${String(port)}/readyz`,
    {
      ...hubspotSettings(simulator.url),
      PUBLIC_URL: host + PATH,
      FRAME_ORIGINS: host,
      DATA_DIR: join(folder, 'data'),
    },
  )
  const subPath: SubPath = {
    url: host + PATH,
    hostPage: (user) => `${host}/host?user=${user}`,
    passes: 'kept',
    stop: async () => {
      front.closeAllConnections()
      front.close()
      await service.kill()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  const front = createServer((asked, answer) => {
    const { method, url = '/', headers } = asked
    if (!url.startsWith(PATH)) {
      const user = new URL(url, host).searchParams.get('user') ?? ''
      answer.writeHead(200, { 'Content-Type': 'text/html' }).end(framing(`${PATH}/?user_id=${user}`))
      return
    }
    const path = subPath.passes === 'kept' ? url : url.slice(PATH.length)
    // A connection of its own: the service could close a kept one just as it is used again.
    const onward = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.rawHeaders)
      answered.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    answer.on('close', () => onward.destroy())
    asked.pipe(onward)
  })
  front.listen(publicPort, '127.0.0.1')
  await Promise.all([once(front, 'listening'), service.start()])
  return subPath
}

function framing(src: string): string {
  return `<!doctype html><title>Host</title><link rel="icon" href="data:,"><h1>Host application</h1>
    <iframe title="Integrations" src="${src}" style="width: 1200px; height: 640px"></iframe>`
}
