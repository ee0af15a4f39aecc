import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppPage, NORTHWIND } from './support/app-page'
import { freePort, PythonProcess } from './support/processes'
import { hubspotSettings, type Servers } from './support/servers'
import { expect, test as base } from './support/test'

/** Line items and custom objects may be read, too. */
const SCOPES = 'crm.objects.line_items.read crm.schemas.custom.read crm.objects.custom.read'
const CUSTOM_TYPE = '2-3456789'
const FEW = { contacts: 8, companies: 3, deals: 6, line_items: 6, machines: 3 }

const test = base.extend<{ more: AppPage }, { url: string }>({
  url: [
    async ({ servers }, use) => {
      const service = await startService(servers)
      await use(service.url)
      await service.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  more: async ({ page, url, simulator }, use, info) => {
    await use(new AppPage(page, url, `ids-${info.testId}`, simulator))
  },
})

for (const { type, label, suffix, partners, partner } of [
  { type: 'line_items', label: 'Machine', suffix: 'LineItem', partners: 'deals', partner: 'Deal' },
  { type: CUSTOM_TYPE, label: 'Fahrzeug/Gerät', suffix: 'Fahrzeug/Gerät', partners: 'contacts', partner: 'Contact' },
  { type: CUSTOM_TYPE, label: 'Sales_Order', suffix: 'SalesOrder', partners: 'contacts', partner: 'Contact' },
])
  test(`a record whose id ends with ${suffix} opens by its address, leads to its ${partners}, and back`, async ({
    more,
    page,
    simulator,
  }) => {
    await simulator.seed(NORTHWIND.id, { ...FEW, custom_label: label })
    await more.connectEarlier()
    const items = await more.listed({ object_types: type })
    const item = items.find(({ associations }) => associations?.[partners]?.length)
    expect(item?.id).toMatch(new RegExp(`^\\d+_${suffix}$`))
    const answer = page.waitForResponse(/\/items\/\d+_/)

    await more.open({ type: item?.object_type ?? '', item: item?.id ?? '' })

    expect((await answer).status()).toBe(200)
    const record = more.record(item?.name ?? '')
    await expect(record).toBeVisible()
    await expect(record.getByRole('link', { name: 'Open in HubSpot' })).toHaveAttribute(
      'href',
      new RegExp(`/${item?.id.split('_')[0] ?? ''}$`),
    )
    await record.locator('.association').first().click()
    await expect(page).toHaveURL(new RegExp(`item=\\d+_${partner}`))
    await page.goBack()
    await expect(record).toBeVisible()
  })

async function startService({ simulator }: Servers): Promise<{ url: string; stop: () => Promise<void> }> {
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
    await service.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return { url, stop }
}
