import { expect, expectAccessible, test } from './support/test'

test('a link that is no longer valid leaves nothing in the address bar, and leads back to the page', async ({
  page,
  servers,
  tolerated,
}) => {
  tolerated.push(/status of 400/)

  await page.goto(`${servers.url}/integrations/hubspot/oauth2callback?state=unknown-state&code=unknown-code`)

  await expect(page.getByText('oauth_state_invalid')).toBeVisible()
  await expect(page).toHaveURL(/\/integrations\/hubspot\/oauth2callback$/)
  await page.getByRole('link', { name: 'Back to the page' }).click()
  await expect(page.getByRole('heading', { name: 'Connect HubSpot' })).toBeVisible()
})

test('a window that the page opened does not open the page once more', async ({ app, page, tolerated }) => {
  tolerated.push(/status of 400/)
  await app.open()
  const popup = await app.openConsent()

  await popup.goto(`${app.url}/integrations/hubspot/oauth2callback?state=unknown-state&code=unknown-code`)

  await expect(popup.getByText('oauth_state_invalid')).toBeVisible()
  await expect(popup.getByRole('link', { name: 'Back to the page' })).toBeHidden()
  await expect(page.getByText('Waiting for HubSpot')).toBeVisible()
})

test.describe('a German browser', () => {
  test.use({ locale: 'de-DE' })

  test('reads the page of a failed attempt in German', async ({ page, servers, tolerated }) => {
    tolerated.push(/status of 400/)
    await page.goto(`${servers.url}/integrations/hubspot/oauth2callback?state=unknown-state&code=unknown-code`)

    await expect(page.getByRole('heading', { name: 'Dieser Link zum Verbinden gilt nicht mehr' })).toBeVisible()
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Zurück zur Seite' }).click()
    await expect(page.getByRole('heading', { name: 'HubSpot verbinden' })).toBeVisible()
  })
})
