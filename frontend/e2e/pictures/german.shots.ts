/** Pictures of the page in German, whose words are longer. */
import { expect, test } from '../support/test'
import { shooter } from './shooter'

test.use({ records: null, locale: 'de-DE', viewport: { width: 1280, height: 800 } })

test('German', async ({ app, page }) => {
  const shoot = shooter(page)
  await app.open()
  await expect(page.getByRole('button', { name: 'HubSpot verbinden' })).toBeVisible()
  await shoot('german-connect')

  await app.connectEarlier()
  await app.open({ type: 'deals' })
  await expect(page.getByText(/Datensätze geladen$/)).toBeVisible()
  await page.locator('[data-id]').first().click()
  await expect(page.locator('section.record')).toBeVisible()
  await shoot('german-record')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Exportieren' }).click()
  await shoot('german-export')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Anzeige' }).click()
  await shoot('german-columns')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Details', exact: true }).click()
  await shoot('german-receipt')
  await page.keyboard.press('Escape')

  await app.open({ view: 'overview' })
  await expect(page.getByRole('heading', { name: /^Deals/ }).first()).toBeVisible()
  await shoot('german-overview')

  await app.enableSync(['contacts', 'companies', 'deals'])
  await app.open({ view: 'sync' })
  await expect(page.getByRole('row', { name: /^Laden/ }).first()).toBeVisible()
  await shoot('german-sync')
})
