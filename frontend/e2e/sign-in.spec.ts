import { AppPage } from './support/app-page'
import { startProduction, type Production } from './support/production'
import { expect, expectAccessible, test as base } from './support/test'

const test = base.extend<object, { production: Production }>({
  production: [
    async ({ servers }, use) => {
      const production = await startProduction(servers)
      await use(production)
      await production.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

// The certificate is our own.
test.use({ ignoreHTTPSErrors: true })

test('a user whom the host application sends is signed in, connects and loads', async ({
  page,
  context,
  simulator,
  production,
}) => {
  const app = new AppPage(page, production.url, 'ann', simulator)
  await simulator.allowRedirect(`${production.url}/integrations/hubspot/oauth2callback`)

  await page.goto(`${production.url}/?type=companies#token=${production.token('ann')}`)
  await expect(app.connectButton).toBeVisible()
  expect(page.url()).toBe(`${production.url}/?type=companies`)
  await app.connect()
  await app.loaded()

  await expect(app.records.getByText('40 records')).toBeVisible()
  const cookies = await context.cookies()
  expect(cookies.find(({ name }) => name === '__Host-integrations_session')).toMatchObject({
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
  })
  await page.reload()
  await expect(app.connection()).toBeVisible()
})

test('an expired token signs nobody in; the page says what to do, and goes on after that', async ({
  page,
  simulator,
  production,
  tolerated,
}) => {
  tolerated.push(/status of 401/)
  const app = new AppPage(page, production.url, 'bob', simulator)

  await page.goto(`${production.url}/#token=${production.token('ann', 'expired')}`)

  const failure = page.getByRole('alert')
  await expect(failure).toContainText('You are not signed in')
  expect(page.url()).toBe(`${production.url}/`)
  await expectAccessible(page)

  const other = await page.context().newPage()
  await other.goto(`${production.url}/#token=${production.token('bob')}`)
  await expect(other.getByRole('button', { name: 'Connect HubSpot' })).toBeVisible()
  await failure.getByRole('button', { name: 'Try again' }).click()
  await expect(app.connectButton).toBeVisible()
})
