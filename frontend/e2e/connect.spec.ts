import { allow, BERGSTROM, deny, NORTHWIND } from './support/app-page'
import { expect, test } from './support/test'

test.describe('connecting', () => {
  test('the popup asks, Allow brings the account and its records, and a reload keeps them', async ({ app, page }) => {
    await app.open({ sort: 'created' })
    const popup = await app.openConsent()
    await expect(page.getByText('Waiting for HubSpot')).toBeVisible()

    await allow(popup)

    await expect(page.getByText('Northwind Outfitters is connected')).toBeVisible()
    const menu = await app.openAccountMenu()
    await expect(menu).toContainText('24681012')
    await expect(menu).toContainText('North America (na1)')
    await expect(menu).toContainText('Owners’ names')
    await page.keyboard.press('Escape')
    await expect(app.tab('Contacts')).toContainText('240')
    await expect(app.rows.first()).toContainText('Grace Jensen')

    await app.loaded()
    await page.reload()
    await expect(app.connection()).toBeVisible()
    await expect(app.rows.first()).toBeVisible()
  })

  test('Deny says so, and the next attempt can succeed', async ({ app, page }) => {
    await app.open()

    await deny(await app.openConsent())

    await expect(page.getByText('Access was not allowed')).toBeVisible()
    await expect(page.getByText('ask a super admin of the account')).toBeVisible()
    await app.connect(NORTHWIND, page.getByRole('button', { name: 'Try again' }))
  })

  test('a closed window is said to be closed, and its flow can still be begun again', async ({ app, page }) => {
    await app.open()
    const popup = await app.openConsent()

    await popup.close()

    await expect(page.getByText('The HubSpot window is closed')).toBeVisible()
    await app.connect(NORTHWIND, page.getByRole('button', { name: 'Try again' }))
  })

  test('cancelling closes the window and gives the button back', async ({ app, page }) => {
    await app.open()
    const popup = await app.openConsent()
    const closed = popup.waitForEvent('close')

    await page.getByRole('button', { name: 'Cancel' }).click()

    await closed
    await expect(app.connectButton).toBeVisible()
  })

  test('a blocked window offers the same tab, which comes back with a denial, and then with the account', async ({
    app,
    page,
    tolerated,
  }) => {
    tolerated.push(/status of 40[04]/) // of the page that is left, and of its favicon
    await page.addInitScript(() => {
      window.open = () => null
    })
    await app.open()
    await app.connectButton.click()
    await expect(page.getByText('Your browser blocked the HubSpot pop-up')).toBeVisible()

    await page.getByRole('link', { name: 'Continue in this tab' }).click()
    await page.getByRole('button', { name: 'Deny' }).click()
    await expect(page.getByText('Access was not allowed')).toBeVisible()
    await expect(page).not.toHaveURL(/flow=/)

    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: 'Continue in this tab' }).click()
    await page.getByRole('radio', { name: BERGSTROM.name }).check()
    await page.getByRole('button', { name: 'Allow' }).click()

    await expect(app.connection(BERGSTROM)).toBeVisible()
    await expect(page.getByText(`New connection: ${BERGSTROM.name}`)).toBeVisible()
    expect(new URL(page.url()).origin).toBe(app.url)
  })

  test('a window that loses its opener still ends in a connection', async ({ app, page, context }) => {
    // As a vendor's Cross-Origin-Opener-Policy does: the opener is gone and the window reads as closed.
    await context.route(`${app.simulator.url}/oauth/authorize*`, async (route) => {
      const answer = await route.fetch({ maxRedirects: 0 })
      await route.fulfill({
        response: answer,
        headers: { ...answer.headers(), 'Cross-Origin-Opener-Policy': 'same-origin' },
      })
    })
    await app.open()
    const popup = await app.openConsent()
    await expect(page.getByText('The HubSpot window is closed')).toBeVisible()

    await popup.getByRole('radio', { name: NORTHWIND.name }).check()
    await popup.getByRole('button', { name: 'Allow' }).click()

    await expect(app.connection()).toBeVisible()
  })

  test('HubSpot being down is not called a denial', async ({ app, page, simulator }) => {
    await app.open()
    const popup = await app.openConsent()
    await simulator.fault('/oauth/.*token', 'status', { status: 503, times: null })

    await popup.getByRole('button', { name: 'Allow' }).click()

    await expect(page.getByText('HubSpot is not responding')).toBeVisible()
    await expect(popup.getByText('is not answering').first()).toBeVisible()
  })
})
