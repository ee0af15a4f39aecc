import { NORTHWIND } from './support/app-page'
import { expect, test } from './support/test'

const MANY = 12_000
const NO_OTHERS = { contacts: 0, companies: 0, tickets: 0, calls: 0, emails: 0, meetings: 0, notes: 0, tasks: 0 }

// Here only the work is left: with HubSpot's limits they would take minutes. `npm run measure` has 200,000.
test('12,000 records are loaded, reached, chosen, sorted, searched and opened', async ({ app, page, simulator }) => {
  test.slow()
  await simulator.seed(NORTHWIND.id, { ...NO_OTHERS, deals: MANY })
  await app.connectEarlier()
  await app.open({ type: 'deals' })
  await app.load.getByRole('button', { name: 'Load everything' }).click()
  await expect(app.load.getByText('All 12,000 records loaded')).toBeVisible({ timeout: 75_000 })
  await app.arranged()

  await app.rows.first().focus()
  await page.keyboard.press('End')
  await expect(app.rows.last()).toBeFocused()
  await expect(app.rows.last()).toHaveAttribute('aria-rowindex', String(MANY + 1))
  expect(await app.rows.count()).toBeLessThan(60)

  await page.keyboard.press('ControlOrMeta+a')
  await expect(app.records.getByText('12,000 chosen')).toBeVisible()
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect(app.records.getByText('Up to 10,000 rows can be copied. Export these instead.')).toBeVisible()
  await page.getByRole('button', { name: 'Clear choice' }).click()

  await app.sortButton('Amount').click()
  await expect(app.rows.first()).toContainText('-$12.50')
  await page.getByRole('searchbox').fill('onboarding 11999')
  await expect(app.records.getByText(/^\d+ of 12,000 match$/)).toBeVisible()
  await app.rows.first().click()
  await expect(app.record(/Onboarding 11999/)).toBeVisible()
})
