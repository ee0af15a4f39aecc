import { expect, expectAccessible, test } from './support/test'

test.use({ fresh: false })

test('a part whose code does not load leaves the rest alone, and is there after a reload', async ({
  app,
  page,
  tolerated,
}) => {
  tolerated.push(/ERR_FAILED|ERR_INTERNET_DISCONNECTED/, /the code of a part could not be loaded/)
  await page.route(/assets\/overview-.*\.js/, (route) => route.abort(), { times: 1 })
  await app.open()
  await app.loaded()

  await app.tab('Overview').click()

  const part = page.getByRole('alert').filter({ hasText: 'This part could not be displayed' })
  await expect(part).toContainText('Its code could not be loaded')
  await expect(app.connection()).toBeVisible()
  await expectAccessible(part)

  await page.context().setOffline(true)
  await part.getByRole('button', { name: 'Reload page' }).click()
  await expect(part).toContainText('could not reach the integration service')

  await page.context().setOffline(false)
  await part.getByRole('button', { name: 'Reload page' }).click()
  await expect(page.getByRole('region', { name: /^Deals by stage/ }).first()).toBeVisible()
})

test('a count that fails is reported and can be repeated; then a small account loads by itself', async ({
  app,
  page,
  tolerated,
}) => {
  tolerated.push(/status of 500/)
  const counts = /\/object-types\?(?!.*totals=false)/
  await page.route(counts, (route) => route.fulfill({ status: 500, json: { code: 'internal', retryable: false } }))
  await app.open()

  await expect(app.load.getByText('Not all records could be counted.')).toBeVisible()
  await page.unroute(counts)
  await app.load.getByRole('button', { name: 'Count again' }).click()

  await app.loaded()
})
