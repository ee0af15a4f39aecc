import { holdBack } from './support/hold-back'
import { expect, expectAccessible, test } from './support/test'

const RECOVERS_WITHIN_MS = 3_000

test('an unreachable service is reported, and its return is enough to continue', async ({ app, page, tolerated }) => {
  tolerated.push(/ERR_CONNECTION_REFUSED/)
  await app.connectEarlier()
  await app.open({ sort: 'created' })
  await app.loaded()
  await page.route('**/integrations/**', (route) => route.abort('connectionrefused'))

  await page.getByRole('button', { name: 'Reload records' }).click()
  const notice = app.records.getByRole('alert').filter({ hasText: 'These records could not be updated' })
  await expect(notice).toContainText('could not reach the integration service')
  await expect(app.rows.first()).toContainText('Grace Jensen')

  await page.unroute('**/integrations/**')
  await notice.getByRole('button', { name: 'Try again' }).click()
  await expect(notice).toBeHidden()
  await expect(app.records.getByText('240 records')).toBeVisible()
})

test('a page opened while the service is gone comes back by itself', async ({ app, page, tolerated }) => {
  tolerated.push(/ERR_FAILED/)
  await page.clock.install()
  await page.route('**/integrations?*', (route) => route.abort())
  await app.open()

  const failure = page.getByRole('alert')
  await expect(failure).toContainText('The service is not responding')
  await expect(failure.getByRole('button', { name: 'Try again' })).toBeVisible()
  await page.unroute('**/integrations?*')
  await page.clock.fastForward(RECOVERS_WITHIN_MS)

  await expect(app.connectButton).toBeVisible()
})

test('while an account is still counted its types are there, and everything can be loaded', async ({ app, page }) => {
  const letPass = await holdBack(page, /\/object-types\?(?!.*totals=false)/)
  await app.connectEarlier()
  await app.open()

  await expect(app.load.getByText('Counting records…')).toBeVisible()
  await expect(app.tab('Tickets')).toHaveText('Tickets')
  await expect(app.rows.first()).toBeVisible()
  await app.load.getByRole('button', { name: 'Load everything' }).click()

  await app.loaded()
  await expect(app.tab('Tickets')).toHaveText('Tickets30')
  await letPass()
})

test('HubSpot failing is shown with what to do and a reference, and tried again', async ({
  app,
  simulator,
  tolerated,
}) => {
  tolerated.push(/status of 50\d/)
  // For longer than the service itself waits.
  const away = { status: 503, retry_after_s: 30, times: null }
  await simulator.fault('/crm/objects/[^/]+/(deals|0-3)', 'status', away)
  await app.connectEarlier()
  await app.open({ type: 'deals' })
  const failure = app.records.getByRole('alert').filter({ hasText: 'Try again' })
  await expect(failure).toContainText('Reference')

  await simulator.clearFaults()
  await failure.getByRole('button', { name: 'Try again' }).click()

  await expect(app.rows.first()).toBeVisible()
})

test('a sibling is connected and shown with nothing but its descriptor', async ({ app, page }) => {
  await app.open()
  await page.getByRole('link', { name: 'Airtable' }).click()
  const connect = page.getByRole('button', { name: 'Connect Airtable' })

  const popup = await app.openConsent(connect)
  await popup.getByRole('button', { name: 'Allow access' }).click()
  // The simulated workspace has a base that may not be read and one that has just been deleted.
  await expect(page.getByText("“Somebody else's” does not let us read its tables")).toBeVisible()
  await expect(page.getByText('“Just deleted” is gone')).toBeVisible()
  await app.load.getByRole('button', { name: 'Load everything' }).click()

  await expect(app.load.getByText('Loaded, but incomplete')).toBeVisible()
  await app.load.getByRole('button', { name: 'Details' }).click()
  const receipt = page.getByRole('dialog', { name: 'Receipt' })
  await expect(receipt.getByText('Load again to fetch the missing records.')).toBeVisible()
  await expect(receipt.getByRole('row', { name: /^Bases/ })).toContainText('Complete')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await app.tab('Tables').click()
  await expect(app.rows.first()).toContainText('Project Tracker')
  await expect(app.table.getByRole('columnheader', { name: 'Last modified' })).toBeHidden()
  await app.rows.first().click()
  await app.record('Tasks').getByRole('button', { name: 'Project Tracker' }).click()
  const base = app.record('Project Tracker')
  await expect(base.getByRole('button', { name: 'Tasks' })).toBeVisible()
  await page.keyboard.press('Escape')
  await app.tab('Overview').click()
  const chart = page.getByRole('region', { name: 'Tables by base' })
  await expect(chart).toBeVisible()
  await page.getByRole('link', { name: 'Notion' }).click()
  await expect(page.getByRole('heading', { name: 'Connect Notion' })).toBeVisible()
  await page.goBack()
  await expect(chart).toBeVisible()
})

test('what HubSpot forbids offers nothing to grant, and the rest loads by itself', async ({ app, page, simulator }) => {
  await simulator.fault('/crm/objects/[^/]+/(tickets|0-5)', 'status', {
    status: 403,
    wording: 'forbidden',
    times: null,
  })
  await app.connectEarlier()
  await app.open()

  await app.tab('Tickets').click()

  await expect(page.getByText('Tickets cannot be read')).toBeVisible()
  await expect(app.records.getByRole('button', { name: /Grant/ })).toBeHidden()
  await app.loaded()
})

test('types that the account does not list are named, with the way to grant what is missing', async ({
  app,
  page,
  simulator,
}) => {
  await simulator.fault('/crm-object-schemas/', 'status', { status: 403, wording: 'forbidden', times: null })
  await app.connectEarlier()
  await app.open()

  const warning = page.getByRole('alert').filter({ hasText: 'Some record types are not listed' })
  await expect(warning).toContainText('Custom objects are left out')
  await app.loaded()
  await expectAccessible(warning)
  const top = await app.tableTop()
  await warning.getByRole('button', { name: 'Dismiss' }).click()
  await expect(warning).toBeHidden()
  expect(await app.tableTop(), 'the table stays where it is').toBe(top)
  await page.reload()
  await app.loaded()
  await expect(warning).toBeHidden()
})
