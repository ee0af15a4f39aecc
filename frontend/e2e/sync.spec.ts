import { NORTHWIND } from './support/app-page'
import { expect, expectAccessible, test } from './support/test'

test('sync is turned on, stored records open at once, changes are announced, and it is turned off', async ({
  app,
  page,
  simulator,
  tolerated,
}) => {
  test.slow() // a first load, a change and its run
  tolerated.push(/status of 409/) // the state of a sync that is off
  await app.connectEarlier()
  await app.open({ view: 'sync' })
  await expect(page.getByText('Background sync is off')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Turn on sync' }).click()
  const types = page.getByRole('region', { name: 'Object types' })
  await expect(types.getByRole('row', { name: /^Contacts/ })).toContainText(/Up to date|Verifying/, { timeout: 30_000 })
  await expect(types.getByRole('row', { name: /^Tasks/ })).toContainText(/Up to date|Verifying/, { timeout: 30_000 })
  await expect(types.getByRole('row', { name: /^Contacts/ })).toContainText('240')
  await expect(page.getByRole('region', { name: 'Runs' }).getByRole('row', { name: /^Load/ })).toContainText('Complete')
  await expectAccessible(page)

  await app.open()
  await expect(app.rows.first()).toBeVisible()
  await expect(page.getByText(/^As of /)).toBeVisible()
  await app.loaded()
  await simulator.create(NORTHWIND.id, 'contacts', { firstname: 'Late', lastname: 'Arrival' })
  await app.startRun('poll')
  await expect(page.getByText(/^1 new, \d+ changed, 0 deleted since/)).toBeVisible()
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(app.records.getByText('241 records')).toBeVisible()

  await app.tab('Sync').click()
  await page.getByRole('button', { name: 'Turn off sync' }).click()
  await page.getByRole('button', { name: 'Turn off and delete the copy' }).click()
  await expect(page.getByText('Background sync is off')).toBeVisible()
})
