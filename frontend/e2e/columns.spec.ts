import { expect, test } from './support/test'

test.describe('columns', () => {
  test.use({ fresh: false })
  test.beforeEach(async ({ app }) => {
    await app.open()
    await app.loaded()
  })

  test('a custom property is found, shown as a column with its values, and sorted by', async ({ app, page }) => {
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('searchbox', { name: /^Search \d+ properties$/ }).fill('loyalty')
    await expect(page.getByRole('group', { name: 'Custom properties' })).toBeVisible()
    await page.getByRole('checkbox', { name: 'Loyalty points' }).check()
    await page.keyboard.press('Escape')

    const header = app.table.getByRole('columnheader', { name: 'Loyalty points' })
    await header.getByRole('button').click()
    await header.getByRole('button').click()
    await expect(page).toHaveURL(/sort=-loyalty_points/)
    await expect(app.rows.first()).toContainText('twelve')
    await expect(app.rows.nth(1)).toContainText(/\d{3}$/)
    await page.reload()
    await expect(app.rows.nth(1)).toContainText(/\d{3}$/)
  })

  test('columns, sort and filters are kept over a change of tab', async ({ app, page }) => {
    await app.tab('Deals').click()
    await app.table.getByRole('columnheader', { name: 'Amount' }).getByRole('button').click()
    await app.tab('Companies').click()
    await expect(page).not.toHaveURL(/sort=/)

    await app.tab('Deals').click()

    await expect(page).toHaveURL(/sort=amount/)
  })

  test('they are kept over a reload, and when a record leads to another type', async ({ app, page }) => {
    await app.tab('Companies').click()
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('checkbox', { name: 'Industry' }).uncheck()
    await page.keyboard.press('Escape')
    await page.getByRole('searchbox', { name: 'Search companies' }).fill('a')
    await app.rows.first().click()
    const contact = page.locator('section.record').locator('.association').first()
    await contact.click()
    await expect(page).not.toHaveURL(/type=companies/)

    await page.reload()
    await app.tab('Companies').click()

    await expect(page).toHaveURL(/[?&]q=a(&|$)/)
    await expect(app.table.getByRole('columnheader', { name: 'Name' })).toBeVisible()
    await expect(app.table.getByRole('columnheader', { name: 'Industry' })).toBeHidden()
  })
})
