import { allow, AppPage, NORTHWIND } from './support/app-page'
import { expect, test } from './support/test'

// In one worker, which starts the further service.
test.describe.configure({ mode: 'default' })

test.beforeEach(async ({ simulator, subPath }) => {
  await simulator.allowRedirect(`${subPath.url}/integrations/hubspot/oauth2callback`)
})

for (const passes of ['kept', 'removed'] as const)
  test(`the page works below a path that the proxy has ${passes}`, async ({ page, simulator, subPath }) => {
    subPath.passes = passes
    const outside: string[] = []
    page.on('request', (request) => {
      const { origin, href } = new URL(request.url())
      if (origin === new URL(subPath.url).origin && !href.startsWith(`${subPath.url}/`)) outside.push(href)
    })
    const app = new AppPage(page, subPath.url, `ann-${passes}`, simulator)

    await app.open({ type: 'deals' })
    await app.connect()
    await app.loaded()
    await expect(app.rows.first()).toBeVisible()
    await app.tab('Overview').click()
    await expect(page.getByRole('heading', { name: /Deals by stage/ }).first()).toBeVisible()

    expect(new URL(page.url()).pathname).toBe('/crm/')
    expect(outside).toEqual([])
  })

test('an address without the slash at its end leads to the page', async ({ page, simulator, subPath }) => {
  subPath.passes = 'kept'
  const app = new AppPage(page, subPath.url, 'bob', simulator)

  await page.goto(`${subPath.url}?user_id=bob`)

  await expect(app.connectButton).toBeVisible()
  expect(page.url()).toBe(`${subPath.url}/?user_id=bob`)
})

test('a page of the host application shows it in a frame, and it connects there', async ({
  page,
  simulator,
  subPath,
}) => {
  subPath.passes = 'removed'
  await page.goto(subPath.hostPage('cid'))
  const frame = page.frameLocator('iframe')

  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    frame.getByRole('button', { name: 'Connect HubSpot' }).click(),
  ])
  await popup.waitForURL((url) => url.origin === simulator.url)
  await allow(popup, NORTHWIND)

  await expect(frame.getByText('Northwind Outfitters is connected')).toBeVisible()
  await expect(frame.getByRole('grid').locator('[data-id]').first()).toBeVisible()
})
