/** The service with its embedded Redis, and the simulator, as processes of their own on free ports. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, PythonProcess } from './processes'
import { Simulator } from './simulator'

export interface Servers {
  /** Where the page is. */
  readonly url: string
  readonly simulator: Simulator
  /** May be stopped and started again by a test. */
  readonly service: PythonProcess
  /** The service's embedded Redis, an unused database of it. */
  readonly redisUrl: string
  readonly stop: () => Promise<void>
}

// Counting a type takes a search, and HubSpot allows five a second: with fewer types nobody waits long.
const OPTIONAL_SCOPES = 'crm.objects.owners.read tickets sales-email-read'

// The simulator's registered app; the service signs in as it. Production refuses the demo's own secret.
const CLIENT = { id: 'demo-client-id', secret: 'e8f1b6a4-3c5d-4f7e-9a2b-6c8d0e1f2a3b' }

export async function startServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'integrations-e2e-'))
  const [port, simulatorPort] = [await freePort(), await freePort()]
  const url = `http://localhost:${String(port)}`
  const simulatorUrl = `http://localhost:${String(simulatorPort)}`
  const simulatorProcess = new PythonProcess(
    [
      ...['module', 'simulator', '--port', String(simulatorPort), '--public-url', simulatorUrl],
      ...['--client-secret', CLIENT.secret],
    ],
    `${simulatorUrl}/simulator/health`,
  )
  const service = new PythonProcess(['script', 'main.py', '--env-file', ''], `${url}/readyz`, {
    ...hubspotSettings(simulatorUrl),
    PUBLIC_URL: url,
    DATA_DIR: join(folder, 'data'),
    AIRTABLE_CLIENT_ID: 'demo-airtable-client-id',
    AIRTABLE_CLIENT_SECRET: 'demo-airtable-client-secret-0123456789',
    AIRTABLE_API_URL: `${simulatorUrl}/airtable`,
    AIRTABLE_AUTHORIZE_URL: `${simulatorUrl}/airtable/oauth2/v1/authorize`,
    AIRTABLE_TOKEN_URL: `${simulatorUrl}/airtable/oauth2/v1/token`,
    NOTION_CLIENT_ID: 'demo-notion-client-id',
    NOTION_CLIENT_SECRET: 'demo-notion-client-secret-0123456789',
    NOTION_API_URL: `${simulatorUrl}/notion`,
    NOTION_AUTHORIZE_URL: `${simulatorUrl}/notion/v1/oauth/authorize`,
  })
  const stop = async () => {
    // Killed: a service that is asked to stop waits for requests, which no page reads any more.
    await Promise.all([service.kill(), simulatorProcess.kill()])
    // Its Redis ends a moment later, and may still write.
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    await Promise.all([simulatorProcess.start(), service.start()])
  } catch (error) {
    await stop()
    throw error
  }
  const redisUrl = `unix://${join(folder, 'data', 'redis', 'redis.sock')}?db=1`
  return { url, simulator: new Simulator(simulatorUrl), service, redisUrl, stop }
}

export function hubspotSettings(simulatorUrl: string): Readonly<Record<string, string>> {
  return {
    HUBSPOT_CLIENT_ID: CLIENT.id,
    HUBSPOT_CLIENT_SECRET: CLIENT.secret,
    HUBSPOT_API_URL: simulatorUrl,
    HUBSPOT_AUTHORIZE_URL: `${simulatorUrl}/oauth/authorize`,
    HUBSPOT_OPTIONAL_SCOPES: OPTIONAL_SCOPES,
    HUBSPOT_SEARCH_PER_SECOND: '5',
  }
}
