import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { NORTHWIND } from './support/app-page'
import { expect, expectAccessible, test } from './support/test'

test('sync is turned on, stored records open at once, changes are announced, and it is turned off', async ({
  app,
  page,
  simulator,
  tolerated,
}) => {
  test.slow() // a first load, a change and its run
  tolerated.push(/status of 409/) // of what was being read while sync was turned off
  await app.connectEarlier()
  await app.open({ view: 'sync' })
  await expect(page.getByText('Background sync is off')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Turn on sync' }).click()
  const types = page.getByRole('region', { name: 'Object types' })
  await expect(types.getByRole('row', { name: /^Contacts/ })).toContainText(/Up to date|Verifying/, { timeout: 30_000 })
  await expect(types.getByRole('row', { name: /^Tasks/ })).toContainText(/Up to date|Verifying/, { timeout: 30_000 })
  await expect(types.getByRole('row', { name: /^Contacts/ })).toContainText('240')
  // All types: until then HubSpot answers.
  await expect(page.getByRole('heading', { name: /^(Up to date|Verifying)$/ })).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('region', { name: 'Runs' }).getByRole('row', { name: /^Load/ })).toContainText('Complete')
  await expectAccessible(page)

  await app.open()
  await expect(app.rows.first()).toBeVisible()
  await expect(page.getByText(/^As of /)).toBeVisible()
  await expect(app.load.getByText(/^[\d,]+ synced records shown$/)).toBeVisible()
  await expect(app.load.getByText('0 requests')).toBeVisible()
  const changed = (await app.rows.first().getAttribute('data-id')) ?? ''
  await simulator.create(NORTHWIND.id, 'contacts', { firstname: 'Late', lastname: 'Arrival' })
  await simulator.update(NORTHWIND.id, 'contacts', changed.replace('_Contact', ''), { jobtitle: 'Astronaut' })
  await app.startRun('poll')
  await expect(page.getByText(/^1 new, 1 changed, 0 deleted since/)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(app.rows.first().locator('.cell-changed').first()).toBeVisible()
  await expect(app.records.getByText('241 records')).toBeVisible()
  await app.rows.first().click()
  const whatChanged = page
    .locator('.record-section')
    .filter({ has: page.getByRole('heading', { name: 'What changed' }) })
  await expect(whatChanged).toContainText('Astronaut')
  await page.keyboard.press('Escape')

  await app.tab('Sync').click()
  const update = page.getByRole('button', { name: 'Update now' })
  const started = page.waitForResponse((response) => response.request().method() === 'POST')
  await update.press('Enter')
  await started
  await expect(update).toBeFocused()
  await page.getByRole('button', { name: 'Turn off sync' }).click()
  await page.getByRole('button', { name: 'Turn off and delete the copy' }).click()
  await expect(page.getByText('Background sync is off')).toBeVisible()
})

test('changes arrive while the page is open, and not while it is hidden', async ({ app, page, simulator }) => {
  test.slow() // a first load and two runs
  await app.connectEarlier()
  await app.enableSync(['contacts'])
  const [opened, closed]: [string[], string[]] = [[], []]
  page.on('request', (request) => {
    if (request.url().includes('/changes?')) opened.push(request.url())
  })
  page.on('requestfailed', (request) => {
    if (request.url().includes('/changes?')) closed.push(request.url())
  })
  await app.open()
  await expect(page.getByText(/^As of /)).toBeVisible()
  // One of several types: not all of the account.
  await expect(app.load.getByText(/^[\d,]+ synced records shown$/)).toBeVisible()

  const top = await app.tableTop()
  await expect.poll(() => opened.length).toBe(1)
  await hide(page, true)
  await expect.poll(() => closed.length).toBe(1)
  await simulator.create(NORTHWIND.id, 'contacts', { firstname: 'While', lastname: 'Away' })
  await app.startRun('poll')
  await hide(page, false)

  await expect(page.getByText(/^1 new, 0 changed, 0 deleted since/)).toBeVisible()
  expect(opened).toHaveLength(2)
  expect(await app.tableTop(), 'the table stays where it is').toBe(top)
})

test('the sync page names the limit and the last signal; an event endpoint is added, tested, renewed and deleted', async ({
  app,
  page,
  simulator,
}) => {
  test.slow() // a first load
  const receiver = createServer((_, answer) => answer.writeHead(204).end())
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const url = `http://localhost:${String((receiver.address() as AddressInfo).port)}/hook`
  await simulator.settings({ burst_limit: 110 })
  await app.connectEarlier()
  await app.enableSync(['contacts'])
  await app.open({ view: 'sync' })
  const health = page.getByRole('region', { name: 'Signals and limit' })
  await expect(health.getByRole('meter', { name: 'API limit' })).toHaveAttribute('aria-valuemax', '110')
  await expect(health.getByText(/of 110 calls used in 10 s/)).toBeVisible()
  await expect(health.getByText('No signal has arrived yet.')).toBeVisible()

  const endpoints = page.getByRole('region', { name: 'Event endpoints' })
  await expect(endpoints.getByText('No endpoints yet.')).toBeVisible()

  await endpoints.getByLabel('Address').fill(url)
  await endpoints.getByRole('button', { name: 'Add endpoint' }).click()
  const secret = endpoints.getByRole('group', { name: 'Copy the secret now' })
  await expect(secret).toContainText(/whsec_/)
  await expectAccessible(endpoints)
  const first = await secret.locator('code').textContent()
  await secret.getByRole('button', { name: 'I have stored it' }).click()
  await expect(secret).toBeHidden()
  await endpoints.getByRole('button', { name: `Send a test event to ${url}` }).click()
  await expect(endpoints.getByText(/^Delivered: 204 after/).first()).toBeVisible()
  await endpoints.getByRole('button', { name: 'Deliveries' }).click()
  await expect(endpoints.getByRole('row', { name: /^test / })).toContainText('Delivered: 204')
  await endpoints.getByRole('button', { name: 'New secret' }).click()
  await expect(secret).toBeVisible()
  expect(await secret.locator('code').textContent()).not.toBe(first)
  await endpoints.getByRole('button', { name: 'Delete', exact: true }).click()
  await endpoints.getByRole('button', { name: 'Delete endpoint' }).click()

  await expect(endpoints.getByText('No endpoints yet.')).toBeVisible()
  receiver.close()
})

/** As when the user chooses another tab, which headless browsers do not report. */
async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value: value ? 'hidden' : 'visible', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
}
