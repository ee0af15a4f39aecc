/** Pictures of each view. Not tests: nothing is compared. */
import { BERGSTROM, NORTHWIND } from '../support/app-page'
import { expect, test } from '../support/test'

const LOOKS = [
  { look: 'light', use: { colorScheme: 'light', viewport: { width: 1280, height: 800 } } },
  { look: 'dark', use: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } } },
  { look: 'phone', use: { colorScheme: 'light', viewport: { width: 390, height: 780 } } },
] as const

for (const { look, use } of LOOKS) {
  test.describe(look, () => {
    test.use({ ...use, records: null })

    test('connecting', async ({ app, page }) => {
      const shoot = shooter(page, look)
      await app.open()
      await expect(app.connectButton).toBeVisible()
      await shoot('connect')

      const popup = await app.openConsent()
      await expect(page.getByText('Waiting for HubSpot')).toBeVisible()
      await shoot('waiting')
      await popup.close()
      await expect(page.getByText('The HubSpot window is closed')).toBeVisible()
      await shoot('closed')
    })

    test('records', async ({ app, page, simulator, tolerated }) => {
      tolerated.push(/status of 409/)
      const shoot = shooter(page, look)
      await app.open()
      await app.connect()
      await app.loaded()
      await shoot('connected')

      await app.open({ type: 'deals' })
      await app.loaded()
      await app.rows.first().click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await shoot('record')
      await page.keyboard.press('Escape')

      await page.getByRole('combobox', { name: 'Filter by stage' }).click()
      await expect(page.getByRole('option').first()).toBeVisible()
      await shoot('filter')
      await page.keyboard.press('Escape')

      await app.load.getByRole('button', { name: 'Details' }).click()
      await expect(page.getByRole('dialog', { name: 'Receipt' })).toBeVisible()
      await shoot('receipt')
      await page.keyboard.press('Escape')

      await page.getByRole('button', { name: 'Export' }).click()
      await shoot('export')
      await page.keyboard.press('Escape')

      await page.getByRole('tab', { name: 'Overview' }).click()
      await expect(page.getByRole('region', { name: 'Deals by stage and amount' })).toBeVisible()
      await shoot('overview')

      // On a phone the account is folded up.
      if (look === 'phone') await page.getByRole('button', { name: 'Account details' }).click()
      await page.getByRole('button', { name: 'Disconnect' }).click()
      await expect(page.getByRole('alertdialog')).toBeVisible()
      await shoot('disconnect')
      await page.getByRole('button', { name: 'Cancel' }).click()

      await app.tab('Contacts').click()
      await simulator.revoke(NORTHWIND.id)
      await page.getByRole('button', { name: 'Reload records' }).click()
      await expect(page.getByText('Reconnect Northwind Outfitters')).toBeVisible()
      await shoot('reconnect')
    })

    test('nothing to show', async ({ app, page, simulator, tolerated }) => {
      tolerated.push(/status of 50\d/, /ERR_FAILED/)
      const shoot = shooter(page, look)
      await page.route('**/integrations?*', (route) => route.abort(), { times: 3 })
      await app.open()
      await expect(page.getByText('The service is not responding')).toBeVisible()
      await shoot('service-away')

      await simulator.seed(NORTHWIND.id, { contacts: 10, companies: 0, deals: 5 })
      await simulator.fault('/crm/objects/[^/]+/(deals|0-3)', 'status', { status: 500, times: null })
      await app.connectEarlier()
      await simulator.settings({ latency_ms: 700 })
      await app.open({ type: 'deals' })
      await expect(app.load.getByText('Counting')).toBeVisible()
      await shoot('skeleton')
      await simulator.settings({ latency_ms: 0 })
      await expect(app.records.getByRole('alert').filter({ hasText: 'Try again' })).toBeVisible()
      await shoot('failed')

      await app.open({ type: 'companies' })
      await expect(page.getByText('No companies yet')).toBeVisible()
      await shoot('empty')
      await app.open({ type: 'contacts', q: 'nobody of that name' })
      await expect(page.getByText('No loaded record matches')).toBeVisible()
      await shoot('no-match')
      await page.getByRole('button', { name: 'Search all of HubSpot' }).click()
      await expect(page.getByText('No results in HubSpot')).toBeVisible()
      await shoot('finds-nothing')
    })

    test('several accounts', async ({ app, page }) => {
      const shoot = shooter(page, look)
      await app.connectEarlier()
      await app.connectEarlier(BERGSTROM)
      await app.open({ type: 'tickets', portal: BERGSTROM.id })
      await app.loaded()
      await shoot('missing-access')
      await page.getByRole('button', { name: /Switch account/ }).click()
      await expect(page.getByRole('menuitemradio', { name: NORTHWIND.name })).toBeVisible()
      await shoot('switch')
    })

    test('a load on its way', async ({ app, page, simulator }) => {
      const shoot = shooter(page, look)
      await simulator.seed(NORTHWIND.id, { contacts: 6_000 })
      await simulator.settings({ latency_ms: 120 })
      await app.connectEarlier()
      await app.open()
      await app.load.getByRole('button', { name: 'Load everything' }).click()
      await expect(app.load.getByText(/a second/)).toBeVisible()
      await shoot('loading')
      await app.load.getByRole('button', { name: 'Stop' }).click()
      await app.open({ item: '99_Contact' })
      await expect(page.getByRole('dialog')).toBeVisible()
      await shoot('stopped-missing')
      await app.open({ type: 'products' })
      await expect(page.getByText('Products cannot be read yet')).toBeVisible()
      await shoot('locked')
    })
  })
}

type Page = import('@playwright/test').Page

function shooter(page: Page, look: string) {
  return async (name: string) => {
    await page.evaluate(() => document.fonts.ready)
    await page.screenshot({ path: `screenshots/${name}-${look}.png`, animations: 'disabled', caret: 'hide' })
  }
}
