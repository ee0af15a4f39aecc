/** The account at a glance: every bar is as long as its title says, and nothing is mixed. */
import { expect, expectAccessible, test } from './support/test'

test.use({ fresh: false })

test.beforeEach(async ({ app }) => {
  await app.open({ view: 'overview' })
  await app.loaded()
})

test('each pipeline has a chart with its stages in order, by count or by amount in one currency; a mark leads to its records', async ({
  app,
  page,
}) => {
  const sales = page.getByRole('region', { name: 'Deals by stage: Sales Pipeline' })
  await expect(
    sales.getByRole('button', { name: /^(Appointment|Qualified|Presentation|Decision|Contract|Closed)/ }),
  ).toHaveCount(7)
  const names = await sales.locator('.bar-name').allInnerTexts()
  expect(names.slice(0, 7)).toEqual([
    'Appointment Scheduled',
    'Qualified To Buy',
    'Presentation Scheduled',
    'Decision Maker Bought-In',
    'Contract Sent',
    'Closed Won',
    'Closed Lost',
  ])
  await expect(page.getByRole('region', { name: 'Deals by stage: Renewals & Upsell' })).toBeVisible()
  await expect(sales).toContainText('Bar length: records')
  await expect(sales.locator('.bar-number').first()).toHaveText(/^\d+$/)

  await sales.getByRole('radio', { name: 'Amount in USD' }).check({ force: true })

  await expect(sales).toContainText('Bar length: amount in USD')
  await expect(sales.locator('.bar-number').first()).toHaveText(/^\$/)
  const bars = await sales.locator('.bar').evaluateAll((buttons) =>
    buttons.map((button) => ({
      amount: Number((button.querySelector('.bar-number')?.textContent ?? '').replace(/[^\d]/g, '')),
      length: Number(getComputedStyle(button.querySelector('.bar-track span') as Element).scale.split(' ')[0]),
    })),
  )
  const most = Math.max(...bars.map((bar) => bar.amount))
  for (const bar of bars) expect(bar.length).toBeCloseTo(bar.amount / most, 2)
  await expectAccessible(sales)

  await sales.getByRole('button', { name: 'Show as a table' }).click()
  await expect(sales.getByRole('row', { name: /Contract Sent/ })).toContainText('$')
  await sales.getByRole('button', { name: 'Show as a chart' }).click()
  await sales.getByRole('button', { name: /Contract Sent/ }).click()
  await expect(app.tab('Deals')).toHaveAttribute('aria-selected', 'true')
  await expect(app.rows.first()).toContainText('Contract Sent')
  await expect(page).toHaveURL(/is=stage%3AContract\+Sent/)
})

test('there are figures first and few charts, without ids; the bar of a month can be hit at 1280 and 320 px', async ({
  app,
  page,
}) => {
  await expect(page.locator('.figure')).toHaveCount(4)
  await expect(page.locator('.figure').filter({ hasText: 'Open deals' })).toContainText(/\$[\d,]+\d+ records/)
  await expect(page.getByRole('region', { name: /created in the last 12 months$/ })).toHaveCount(3)
  const titles = await page.locator('.chart h3').allInnerTexts()
  expect(titles.filter((title) => !/by (stage|status): /.test(title)).length).toBeLessThanOrEqual(6)
  for (const name of await page.locator('.bar-name').allInnerTexts()) expect(name).not.toMatch(/^\d+$/)
  const height = await page.locator('.overview').evaluate((node) => node.scrollHeight)
  expect(height).toBeLessThan(1_900)

  const chart = page.getByRole('region', { name: 'Contacts created in the last 12 months' })
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 })
    await expect(chart.locator('.month')).toHaveCount(12)
    const widths = await chart
      .locator('.month')
      .evaluateAll((all) => all.map((node) => node.getBoundingClientRect().width))
    for (const bar of widths) expect(bar).toBeGreaterThanOrEqual(24)
  }

  await chart.locator('.month:enabled').last().click()

  await expect(page).toHaveURL(/date=created/)
  await expect(app.rows.first()).toBeVisible()
})
