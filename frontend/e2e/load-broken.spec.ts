import { expectWhole, expectResume, loadHalf, openLarge } from './support/large-account'
import { expect, test } from './support/test'

test.slow() // the service starts again, and 5,100 records are loaded

test('a load that fails says so, and resumes when the service is back', async ({
  app,
  page,
  simulator,
  servers,
  tolerated,
}) => {
  tolerated.push(/ERR_(INCOMPLETE_CHUNKED_ENCODING|CONNECTION_\w+)/)
  await openLarge(app, simulator)
  await loadHalf(app, page, simulator)

  await servers.service.kill()
  await expect(app.load.getByText('Loading failed')).toBeVisible()
  await expect(app.load.getByText('Loaded records are kept. Resume to load the rest.')).toBeVisible()
  await servers.service.start()

  await expectResume(page, () => app.load.getByRole('button', { name: 'Resume' }).click())
  await expectWhole(app, page, simulator)
})

test('a load that fails at its beginning says that it restarts, and does so by one click', async ({
  app,
  page,
  simulator,
  servers,
  tolerated,
}) => {
  tolerated.push(/ERR_(INCOMPLETE_CHUNKED_ENCODING|CONNECTION_\w+)/)
  await openLarge(app, simulator)
  await simulator.settings({ latency_ms: 300 })
  await app.load.getByRole('button', { name: 'Load everything' }).click()
  await expect(app.load.getByText(/Loading [1-9][\d,]* of/)).toBeVisible()

  await servers.service.kill()
  await expect(app.load.getByText('loading again starts from the beginning')).toBeVisible()
  await expect(app.rows.first()).toBeVisible()
  await servers.service.start()

  await app.load.getByRole('button', { name: 'Load again' }).click()
  await expectWhole(app, page, simulator)
})
