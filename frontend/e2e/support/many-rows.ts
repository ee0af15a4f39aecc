/**
 * A service that answers as ours does, for an account of any size, as fast as the page can take it.
 *
 * HubSpot's limits would make 200,000 records take minutes; here only the page is measured.
 */
import { createReadStream, existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Readable } from 'node:stream'
import { freePort } from './processes'

const DIST = fileURLToPath(new URL('../../dist', import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const LINES_A_CHUNK = 50

interface ManyRows {
  readonly url: string
  readonly stop: () => Promise<void>
}

export async function serveManyRows(count: number): Promise<ManyRows> {
  const port = await freePort()
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    if (request.headers.accept === 'application/x-ndjson') sendLines(response, count)
    else if (pathname === '/integrations') sendJson(response, { integrations: [integration()] })
    else if (pathname.endsWith('/object-types')) sendJson(response, { object_types: [deals(count)] })
    else if (pathname.endsWith('/items')) sendJson(response, firstPage(Number(searchParams.get('limit'))))
    else sendFile(request, response, pathname === '/' ? '/index.html' : pathname)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const stop = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${String(port)}`, stop }
}

function sendLines(response: ServerResponse, count: number): void {
  response.setHeader('Content-Type', 'application/x-ndjson')
  Readable.from(chunks(count)).pipe(response)
}

function* chunks(count: number): Generator<string> {
  yield line({ plan: { object_types: { deals: { total: count } }, requests: count / 100, seconds: count / 1_000 } })
  for (let start = 0; start < count; start += LINES_A_CHUNK) {
    let text = ''
    for (let index = start; index < Math.min(count, start + LINES_A_CHUNK); index++) text += line({ item: deal(index) })
    yield text
  }
  const type = { complete: true, total: count, delivered: count, requests: count / 100, retries: 0, skipped: [] }
  yield line({
    receipt: { complete: true, object_types: { deals: type }, requests: count / 100, duration_s: 1, resume: null },
  })
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`
}

function firstPage(limit: number): object {
  return { items: Array.from({ length: limit }, (_, index) => deal(index)), next: 'more', warnings: [] }
}

const STAGES = ['Appointment Scheduled', 'Qualified To Buy', 'Contract Sent', 'Closed Won', 'Closed Lost']
const WORDS = ['Annual', 'licence', 'spare', 'part', 'training', 'day', 'renewal', 'pilot', 'support', 'rollout']
const DAY_MS = 86_400_000
const FIRST_DAY = Date.UTC(2022, 0, 1)

/** As large as HubSpot's own with the usual properties. */
function deal(index: number): object {
  const mixed = (index * 2_654_435_761) % 4_294_967_296
  const created = new Date(FIRST_DAY + (mixed % 1_400) * DAY_MS + index).toISOString()
  const owner = String(70_000_000 + (mixed % 120))
  return {
    id: `${String(index + 1)}_Deal`,
    type: 'Deal',
    directory: false,
    parent_path_or_name: `Company ${String(mixed % 20_000)}`,
    parent_id: `${String(mixed % 20_000)}_Company`,
    name: `${WORDS[mixed % 10] ?? ''} ${WORDS[(mixed >>> 4) % 10] ?? ''} ${String(index)}`,
    creation_time: created,
    last_modified_time: created,
    url: `https://app.hubspot.com/contacts/1/record/0-3/${String(index + 1)}`,
    children: [],
    mime_type: 'application/vnd.hubspot.deal+json',
    delta: mixed.toString(16).padStart(24, '0'),
    drive_id: '1',
    visibility: true,
    object_type: 'deals',
    record_id: String(index + 1),
    properties: {
      amount: (mixed % 10_000_000) / 100,
      closedate: created,
      createdate: created,
      deal_currency_code: 'USD',
      dealname: `${WORDS[mixed % 10] ?? ''} ${String(index)}`,
      dealstage: `stage_${String(mixed % 5)}`,
      dealtype: 'newbusiness',
      description: 'A description of the length that people write when somebody makes them.',
      hs_lastmodifieddate: created,
      hs_object_id: String(index + 1),
      hs_priority: null,
      hubspot_owner_id: owner,
      pipeline: 'default',
    },
    labels: {
      dealstage: STAGES[mixed % 5],
      hubspot_owner_id: `Owner Number${String(mixed % 120)}`,
      pipeline: 'Sales Pipeline',
      dealtype: 'New Business',
    },
    associations: { companies: [`${String(mixed % 20_000)}_Company`], contacts: [`${String(index)}_Contact`] },
  }
}

function integration(): object {
  const connection = {
    connection_id: 'many',
    status: 'connected',
    portal_id: '1',
    portal_name: 'A large account',
    account_type: 'STANDARD',
    region: 'na1',
    ui_domain: 'app.hubspot.com',
    granted_scopes: ['oauth'],
    missing_scopes: [],
    connected_at: '2026-01-01T00:00:00Z',
    refreshed_at: null,
    access_token_expires_at: null,
    reason: null,
  }
  return {
    id: 'hubspot',
    label: 'HubSpot',
    configured: true,
    missing_settings: [],
    required_scopes: ['oauth'],
    optional_scopes: [],
    object_types: [{ name: 'deals', label: 'Deals', item_type: 'Deal', default: true }],
    connections: [connection],
  }
}

function deals(total: number): object {
  const readable = { readable: true, missing_scopes: [], total, properties: [], pipelines: [], search: null }
  return { name: 'deals', label: 'Deals', item_type: 'Deal', type_id: '0-3', custom: false, ...readable }
}

function sendJson(response: ServerResponse, value: object): void {
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(value))
}

/** Compressed where the build has left such a file and the browser takes it, as the service does. */
function sendFile(request: IncomingMessage, response: ServerResponse, path: string): void {
  const file = join(DIST, path)
  if (!existsSync(file)) {
    response.writeHead(404).end()
    return
  }
  const compressed = /\bbr\b/.test(String(request.headers['accept-encoding'])) && existsSync(`${file}.br`)
  if (compressed) response.setHeader('Content-Encoding', 'br')
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream')
  createReadStream(compressed ? `${file}.br` : file).pipe(response)
}
