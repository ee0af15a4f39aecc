import type { Locator } from '@playwright/test'
import { expect, expectAccessible, test } from './support/test'

const html = 'html'

test.describe('a German browser', () => {
  test.use({ locale: 'de-DE' })

  test('is offered to connect in German; reads texts, numbers and dates in it, and in English once it is chosen', async ({
    app,
    page,
  }) => {
    await app.open()
    await expect(page.getByRole('button', { name: 'HubSpot verbinden' })).toBeVisible()
    await expect(page.locator(html)).toHaveAttribute('lang', 'de')
    await expectAccessible(page)
    await app.connectEarlier()
    await app.open()

    await expect(page.getByText(/^Alle \d+ Datensätze geladen$/)).toBeVisible()
    await expect(page.getByRole('tab', { name: /^Kontakte/ })).toBeVisible()
    await expect(page.locator('.table')).toContainText(/vor \d+ (Stunden|Tagen|Wochen|Monaten|Jahren)/)
    await expect(page).toHaveTitle(/Integrationen$/)
    await expectAccessible(page)

    await page.getByRole('tab', { name: /^Deals/ }).click()
    await expect(page.locator('.table')).toContainText(/\d{2}\.\d{2}\.\d{4}/)
    await expect(page.locator('.table')).toContainText(/\d\.\d{3},\d{2}/)

    await page.getByRole('button', { name: 'Sprache' }).click()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'English' }).click()

    await expect(page.locator(html)).toHaveAttribute('lang', 'en')
    await expect(app.tab('Deals')).toHaveAttribute('aria-selected', 'true')
    await expect(page.locator('.table')).toContainText(/[A-Z][a-z]{2} \d{1,2}, \d{4}/)
    await expect(page.locator('.table')).toContainText(/\d,\d{3}\.\d{2}/)
  })

  test('reads English, also in dates, while the German texts cannot be loaded', async ({ app, page, tolerated }) => {
    tolerated.push(/Failed to load resource/)
    await page.route('**/assets/de-*.js', (route) => route.abort())
    await app.open()

    await expect(app.connectButton).toBeVisible()
    await expect(page.locator(html)).toHaveAttribute('lang', 'en')
  })
})

test.describe('a German browser 320 pixels wide', () => {
  test.use({ locale: 'de-DE', viewport: { width: 320, height: 640 } })

  test('shows long words whole', async ({ app, page, tolerated }) => {
    tolerated.push(/status of 409/) // sync is off at first
    await app.connectEarlier()
    await app.open()
    await expect(page.getByText(/Datensätze geladen$/)).toBeVisible()
    await expectNothingCut(page.locator(html))

    await page.getByRole('button', { name: 'Details zum Konto' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Trennen' }).click()
    await expectNothingCut(page.getByRole('alertdialog'))
    await page.getByRole('button', { name: 'Abbrechen' }).click()

    await page.getByRole('button', { name: 'Details', exact: true }).click()
    await expectNothingCut(page.getByRole('dialog', { name: 'Beleg' }))
    await page.keyboard.press('Escape')

    await page.getByRole('tab', { name: 'Synchronisierung' }).click()
    await page.getByRole('button', { name: 'Synchronisierung einschalten' }).click()
    await expect(page.getByRole('heading', { name: 'Läufe' })).toBeVisible()
    await expectNothingCut(page.locator(html))

    await app.open({ portal: '1234' })
    await expect(page.getByText('Konto 1234 ist nicht verbunden')).toBeVisible()
    await expectNothingCut(page.locator('.card .state'))
  })
})

test('the chosen language stays, and the browser’s can be chosen again', async ({ app, page }) => {
  await app.open()
  await page.getByRole('button', { name: 'Language' }).click()
  await page.getByRole('button', { name: 'Deutsch' }).click()
  await expect(page.locator(html)).toHaveAttribute('lang', 'de')

  await app.open()
  await page.getByRole('button', { name: 'Sprache' }).click()
  await expect(page.getByRole('button', { name: 'Deutsch' })).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('button', { name: 'Sprache des Browsers' }).click()

  await expect(app.connectButton).toBeVisible()
})

/** Its content is not wider than itself. */
async function expectNothingCut(element: Locator): Promise<void> {
  await expect(element).toBeVisible()
  expect(await element.evaluate((node) => node.scrollWidth - node.clientWidth)).toBe(0)
}
