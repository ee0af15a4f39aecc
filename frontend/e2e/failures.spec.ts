import { expect, expectAccessible, test } from './support/test'

test('a part whose code does not load leaves the rest alone, and loads when it is tried again', async ({
  app,
  page,
  tolerated,
}) => {
  tolerated.push(/ERR_FAILED/, /Failed to fetch dynamically imported module/)
  await page.route(/assets\/overview-.*\.js/, (route) => route.abort(), { times: 1 })
  await app.connectEarlier()
  await app.open()
  await app.loaded()

  await app.tab('Overview').click()

  await expect(page.getByText('This part could not be displayed')).toBeVisible()
  await expect(app.connection()).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Try again' }).click()
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
  await app.connectEarlier()
  await app.open()

  await expect(app.load.getByText('Not all records could be counted.')).toBeVisible()
  await page.unroute(counts)
  await app.load.getByRole('button', { name: 'Count again' }).click()

  await app.loaded()
})
