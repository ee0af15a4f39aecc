/** The service in production mode with TLS in front of it, and the host application that signs its users in. */
import { execFileSync } from 'node:child_process'
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { fileURLToPath } from 'node:url'
import { freePort, PYTHON, PythonProcess } from './processes'
import { hubspotSettings, type Servers } from './servers'

const CERTIFICATE = fileURLToPath(new URL('certificate.py', import.meta.url))
const ISSUER = 'https://host.example'
const AUDIENCE = 'integrations'
const TOKEN_LIFETIME_S = 300

export interface Production {
  readonly url: string
  /** A page of the host application, as the browser's referrer. */
  readonly host: { readonly referer: string }
  /** A token for this user, as the host application signs it; `expired` is one of an hour ago. */
  readonly token: (user: string, when?: 'now' | 'expired') => string
  readonly stop: () => Promise<void>
}

export async function startProduction({ simulator, redisUrl }: Servers): Promise<Production> {
  const [port, publicPort] = [await freePort(), await freePort()]
  const url = `https://localhost:${String(publicPort)}`
  const secret = randomBytes(32).toString('hex')
  const service = new PythonProcess(
    ['script', 'main.py', '--env-file', '', '--host', '127.0.0.1', '--port', String(port)],
    `http://127.0.0.1:${String(port)}/readyz`,
    {
      ...hubspotSettings(simulator.url),
      APP_ENV: 'production',
      PUBLIC_URL: url,
      REDIS_URL: redisUrl,
      ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      HOST_JWT_ISSUER: ISSUER,
      HOST_JWT_AUDIENCE: AUDIENCE,
      HOST_JWT_SECRET: secret,
      HOST_ORIGINS: ISSUER,
    },
  )
  const [stopFront] = await Promise.all([startFront(publicPort, port), service.start()])
  const stop = async () => {
    await Promise.all([stopFront(), service.kill()])
  }
  return {
    url,
    host: { referer: `${ISSUER}/integrations` },
    token: (user, when = 'now') => signToken(secret, user, when),
    stop,
  }
}

/** Ends TLS on one port and passes everything on to another. */
async function startFront(port: number, inner: number): Promise<() => Promise<void>> {
  const pem = execFileSync(PYTHON, [CERTIFICATE], { encoding: 'utf8' })
  const front = createServer({ key: pem, cert: pem }, (asked, answer) => {
    const { method, url: path, headers } = asked
    // A connection of its own: the service could close a kept one just as it is used again.
    const onward = request({ host: '127.0.0.1', port: inner, method, path, headers, agent: false }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.rawHeaders)
      answered.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    answer.on('close', () => onward.destroy())
    asked.pipe(onward)
  })
  front.listen(port, '127.0.0.1')
  await once(front, 'listening')
  return async () => {
    front.closeAllConnections()
    front.close()
    await once(front, 'close')
  }
}

function signToken(secret: string, user: string, when: 'now' | 'expired'): string {
  const exp = Math.floor(Date.now() / 1_000) + (when === 'now' ? TOKEN_LIFETIME_S : -3_600)
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: user, org_id: 'acme', exp, jti: randomUUID() }
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
