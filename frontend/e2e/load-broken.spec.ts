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
