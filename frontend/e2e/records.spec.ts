import { NORTHWIND } from './support/app-page'
import { expect, test } from './support/test'

test.describe('the table', () => {
  test.use({ fresh: false })
  test.beforeEach(async ({ app }) => {
    await app.open({ sort: 'created' })
    await app.arranged()
  })

  test('searches what is loaded, and all of HubSpot when asked', async ({ app, page }) => {
    await page.keyboard.press('/')
    await expect(page.getByRole('searchbox', { name: 'Search contacts' })).toBeFocused()

    await page.keyboard.type('only-an-address')
    await expect(app.records.getByText('1 of 240 match')).toBeVisible()
    await expect(app.rows).toHaveCount(1)

    await page.getByRole('searchbox').fill('zzz-nobody')
    await expect(page.getByText('No loaded record matches')).toBeVisible()
    await page.getByRole('button', { name: 'Search all of HubSpot' }).click()
    await expect(page.getByText('No results in HubSpot')).toBeVisible()

    await page.getByRole('searchbox').fill('only-an-address')
    await expect(page).toHaveURL(/q=only-an-address/)
    await page.goto(page.url() + '&find=1')
    await expect(page.getByText('HubSpot search results for “only-an-address”')).toBeVisible()
    await expect(app.rows.first()).toContainText('only-an-address')
    await page.getByRole('button', { name: 'Back to loaded records' }).click()
    await expect(page.getByText('HubSpot search results')).toBeHidden()
  })

  test('filters by owner, stage and date, all in the address', async ({ app, page }) => {
    await app.tab('Deals').click()
    await page.getByRole('combobox', { name: 'Filter by stage' }).click()
    await page.getByRole('option', { name: /Contract Sent/ }).click()
    await page.keyboard.press('Escape')
    await expect(app.rows.first()).toContainText('Contract Sent')

    await page.getByRole('button', { name: 'Date', exact: true }).click()
    await page.getByRole('button', { name: 'Last 12 months' }).click()
    await page.keyboard.press('Escape')
    await expect(page).toHaveURL(/is=stage%3AContract\+Sent/)
    await expect(page).toHaveURL(/date=/)
    await app.arranged()
    const narrowed = await app.records.getByText(/of 80 match/).innerText()

    await page.reload()
    await expect(app.records.getByText(narrowed)).toBeVisible()

    await page.getByRole('button', { name: 'Clear all filters' }).click()
    await expect(app.records.getByText('80 records')).toBeVisible()
  })

  test('shows other columns and denser rows, and remembers them; activities show what people look for first', async ({
    app,
    page,
  }) => {
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('radio', { name: 'Compact' }).check()
    await page.getByRole('checkbox', { name: 'Created', exact: true }).check()
    await page.getByRole('checkbox', { name: 'Owner', exact: true }).uncheck()
    await page.keyboard.press('Escape')

    await expect(app.table.getByRole('columnheader', { name: 'Created' })).toBeVisible()
    await expect(app.table.getByRole('columnheader', { name: 'Owner' })).toBeHidden()
    await page.reload()
    await expect(app.table.getByRole('columnheader', { name: 'Created' })).toBeVisible()
    await expect(page).toHaveURL(/density=compact/)

    await app.tab('Tasks').click()
    await expect(app.table.getByRole('columnheader', { name: 'Due' })).toBeVisible()
    const headers = await app.table.getByRole('columnheader').allInnerTexts()
    await expect(app.rows.first().getByRole('gridcell').nth(headers.indexOf('Due'))).toHaveText(/\d{4}/)
  })

  test('a record opens with labels first, its companies open in place, and the keyboard alone moves on', async ({
    app,
    page,
  }) => {
    await app.rows.first().click()
    const drawer = app.record('Grace Jensen')
    await expect(drawer.getByRole('link', { name: 'Open in HubSpot' })).toHaveAttribute(
      'href',
      /^https:\/\/app\.hubspot\.com\/contacts\/24681012\/record\/0-1\/51/,
    )
    await expect(drawer.getByText('Jana Johnson').first()).toBeVisible()

    await drawer.getByText('Raw JSON').click()
    await expect(drawer.getByText('"id": "51_Contact"')).toBeVisible()
    await drawer.getByRole('button', { name: 'Nakamura Controls 1' }).click()

    await expect(app.record('Nakamura Controls 1')).toBeVisible()
    await expect(page).toHaveURL(/item=51_Company/)
    await page.goBack()
    await expect(drawer).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.locator('section.record')).toBeHidden()

    await app.rows.first().focus()
    await page.keyboard.press('End')
    await expect(app.rows.last()).toBeFocused()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await expect(app.rows.nth(1)).toBeFocused()
    const second = (await app.rows.nth(1).innerText()).split('\n')[0] ?? ''

    await page.keyboard.press('Enter')
    await expect(app.record(second)).toBeVisible()
    await page.getByRole('button', { name: 'Next record' }).press('Enter')
    await expect(app.record(second)).toBeHidden()
    await page.keyboard.press('Escape')

    await expect(page.locator('section.record')).toBeHidden()
  })
})

test.describe('with an account connected earlier', () => {
  test.use({ fresh: false })

  test('an address that means nothing shows the account’s records', async ({ app, page }) => {
    await app.open({
      where: 'loyalty_points:gte:many',
      view: 'x',
      sort: '-x',
      is: 'x',
      date: 'created:2026-99-99..',
      cols: 'x,,y',
    })

    await expect(app.tab('Contacts')).toHaveAttribute('aria-selected', 'true')
    await expect(app.records.getByText('240 records')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Remove the filter/ })).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Clear all filters' })).toHaveCount(0)
  })
})

test('an account with nothing in it says so', async ({ app, page, simulator }) => {
  await simulator.seed(NORTHWIND.id, { contacts: 10, companies: 0, deals: 0 })
  await app.connectEarlier()
  await app.open()

  await app.tab('Deals').click()

  await expect(page.getByText('No deals yet')).toBeVisible()
})
