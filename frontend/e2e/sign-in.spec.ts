import type { BrowserContext } from '@playwright/test'
import { AppPage } from './support/app-page'
import { expect, expectAccessible, test } from './support/test'

// In one worker, which starts the further service.
test.describe.configure({ mode: 'default' })

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

  await page.goto(`${production.url}/?type=companies#token=${production.token('ann')}`, production.host)
  await expect(app.connectButton).toBeVisible()
  expect(page.url()).toBe(`${production.url}/?type=companies`)
  await app.connect()
  await expect(page.getByText('Northwind Outfitters is connected')).toBeVisible()
  await expect(page.getByText('It belongs to user ann of organization acme.')).toBeVisible()
  await expect(page.getByText('New connection')).toBeHidden()
  await app.loaded()

  await expect(app.records.getByText('40 records')).toBeVisible()
  expect(await sessionCookie(context)).toMatchObject({
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
  })
  await page.reload()
  await expect(app.connection()).toBeVisible()
})

test('an expired token signs nobody in; the page says what to do, and continues once another tab is signed in', async ({
  page,
  simulator,
  production,
  tolerated,
}) => {
  tolerated.push(/status of 401/)
  const app = new AppPage(page, production.url, 'bob', simulator)

  await page.goto(`${production.url}/#token=${production.token('ann', 'expired')}`, production.host)

  const failure = page.getByRole('alert')
  await expect(failure).toContainText('You are not signed in')
  expect(page.url()).toBe(`${production.url}/`)
  await expectAccessible(page)

  const other = await page.context().newPage()
  await other.goto(`${production.url}/#token=${production.token('bob')}`, production.host)
  await expect(other.getByRole('button', { name: 'Connect HubSpot' })).toBeVisible()
  await expect(failure).toBeHidden()
  await expect(app.connectButton).toBeVisible()

  await page.goto(`${production.url}/#token=${production.token('ann', 'expired')}`)
  await expect(failure).toContainText('The link you opened could not sign you in')
  await expect(app.connectButton).toBeVisible()
  await expectAccessible(page)
})

test('the page always shows who is signed in; signing out ends the session and clears what is stored', async ({
  page,
  context,
  production,
  tolerated,
}) => {
  tolerated.push(/status of 401/)
  await page.goto(`${production.url}/#token=${production.token('cara')}`, production.host)
  const user = page.getByRole('banner').getByText('cara')
  await expect(user).toBeVisible()
  await expect(page.getByRole('banner')).toContainText('acme')
  await page.setViewportSize({ width: 375, height: 720 })
  await expect(user).toBeInViewport({ ratio: 1 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375)
  await expectAccessible(page)
  await page.evaluate(() => {
    localStorage.setItem('left', 'behind')
  })

  await page.getByRole('button', { name: 'Sign out' }).click()

  await expect(page.getByRole('alert')).toContainText('You are not signed in')
  await expect(user).toBeHidden()
  expect(await page.evaluate(() => localStorage.getItem('left'))).toBeNull()
  expect(await sessionCookie(context)).toBeUndefined()
})

test.describe('a link that signs in somebody else', () => {
  test.beforeEach(({ tolerated }) => {
    tolerated.push(/status of 409/)
  })

  test('asks first and names both; declined it keeps the session, confirmed it changes the user, in other tabs too', async ({
    page,
    context,
    production,
  }) => {
    await page.goto(`${production.url}/#token=${production.token('dan')}`, production.host)
    await expect(page.getByRole('banner').getByText('dan')).toBeVisible()

    await page.goto(`${production.url}/?type=deals#token=${production.token('mallory')}`, production.host)
    const question = page.getByRole('alert')
    await expect(question).toContainText('This browser is signed in as user dan of organization acme.')
    await expect(question).toContainText('The link you opened signs in user mallory of organization acme.')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Stay signed in as dan' }).click()

    await expect(page.getByRole('banner').getByText('dan')).toBeVisible()
    await page.reload()
    await expect(page.getByRole('banner').getByText('dan')).toBeVisible()

    const other = await context.newPage()
    await other.goto(`${production.url}/#token=${production.token('finn')}`, production.host)
    await other.getByRole('button', { name: 'Sign in as finn' }).click()

    await expect(other.getByRole('banner').getByText('finn')).toBeVisible()
    await expect(page.getByRole('banner').getByText('finn')).toBeVisible()
  })
})

test.describe('a link that was not opened from the host application', () => {
  test.beforeEach(({ tolerated }) => {
    tolerated.push(/status of 401/)
  })

  test('asks before it signs anybody in, by keyboard and on a phone, and signs in once confirmed', async ({
    page,
    context,
    production,
  }) => {
    await page.setViewportSize({ width: 375, height: 720 })
    await page.goto(`${production.url}/?type=deals#token=${production.token('gina')}`)

    const question = page.getByRole('alert')
    await expect(question.getByRole('heading')).toHaveText('Continue as gina of acme?')
    await expect(question).toContainText('The link you opened signs in user gina of organization acme.')
    expect(await sessionCookie(context)).toBeUndefined()
    expect(page.url()).toBe(`${production.url}/?type=deals`)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375)
    await expectAccessible(page)
    await page.keyboard.press('Tab')
    await expect(page.getByRole('button', { name: 'Continue' })).toBeFocused()
    await page.keyboard.press('Enter')

    await expect(page.getByRole('banner').getByText('gina')).toBeVisible()
    expect(await sessionCookie(context)).toBeDefined()
  })

  test('signs nobody in when declined', async ({ page, context, production }) => {
    await page.goto(`${production.url}/#token=${production.token('mallory')}`, { referer: 'https://evil.example/' })
    await page.getByRole('button', { name: 'Cancel' }).click()

    await expect(page.getByRole('alert')).toContainText('You are not signed in')
    expect(await sessionCookie(context)).toBeUndefined()
  })

  test('asks no user who is signed in already', async ({ page, production }) => {
    await page.goto(`${production.url}/#token=${production.token('hugo')}`, production.host)
    await expect(page.getByRole('banner').getByText('hugo')).toBeVisible()

    const other = await page.context().newPage()
    await other.goto(`${production.url}/#token=${production.token('hugo')}`)

    await expect(other.getByRole('banner').getByText('hugo')).toBeVisible()
  })
})

async function sessionCookie(context: BrowserContext) {
  return (await context.cookies()).find(({ name }) => name === '__Host-integrations_session')
}
