/** A service that may read line items and custom objects, too. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, PythonProcess } from './processes'
import { hubspotSettings, type Servers } from './servers'

const SCOPES = 'crm.objects.line_items.read crm.schemas.custom.read crm.objects.custom.read'

export interface FurtherTypes {
  readonly url: string
  readonly stop: () => Promise<void>
}

export async function startFurtherTypes({ simulator }: Servers): Promise<FurtherTypes> {
  const folder = await mkdtemp(join(tmpdir(), 'integrations-ids-'))
  const port = await freePort()
  const url = `http://localhost:${String(port)}`
  const service = new PythonProcess(['script', 'main.py', '--env-file', '', '--port', String(port)], `${url}/readyz`, {
    ...hubspotSettings(simulator.url),
    HUBSPOT_OPTIONAL_SCOPES: SCOPES,
    PUBLIC_URL: url,
    DATA_DIR: join(folder, 'data'),
  })
  await service.start()
  const stop = async () => {
    await service.kill()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return { url, stop }
}
