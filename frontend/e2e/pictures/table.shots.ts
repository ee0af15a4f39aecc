/** Pictures of what opens over the table, and of what is chosen and filtered in it. */
import { NORTHWIND } from '../support/app-page'
import { openLarge } from '../support/large-account'
import { expect, test } from '../support/test'
import { shooter } from './shooter'

test.use({ records: null, viewport: { width: 1280, height: 800 } })

test('menus', async ({ app, page }) => {
  const shoot = shooter(page)
  await app.connectEarlier()
  await app.open({ sort: 'created' })
  await app.loaded()

  await page.getByRole('button', { name: 'Display' }).click()
  await expect(page.getByRole('dialog', { name: 'Display' })).toBeVisible()
  await shoot('columns')
  await page.keyboard.press('Escape')

  await app.openColumnMenu('Email')
  await shoot('column-menu')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Date', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Last 12 months' })).toBeVisible()
  await shoot('date-filter')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Add filter' }).click()
  await page.getByRole('searchbox', { name: /^Search \d+ properties$/ }).fill('o')
  await shoot('property-menu')
  await page.getByRole('searchbox', { name: /^Search \d+ properties$/ }).fill('colours')
  await page.getByRole('button', { name: 'Favourite colours', exact: true }).click()
  await expect(page.getByRole('checkbox', { name: 'Ultra-violet' })).toBeVisible()
  await shoot('condition')
})

test('filters, chosen rows and views', async ({ app, page }) => {
  const shoot = shooter(page)
  await app.connectEarlier()
  await app.open({ q: 'a', where: 'loyalty_points:between:100,900', is: 'lifecyclestage:Lead' })
  await app.loaded()
  await expect(app.rows.first()).toBeVisible()
  await shoot('filtered')

  await app.rows.nth(0).getByRole('checkbox').check()
  await app.rows.nth(2).getByRole('checkbox').check()
  await shoot('chosen')
  await page.getByRole('button', { name: 'Export' }).last().click()
  await shoot('chosen-export')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: /^Saved views/ }).click()
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('Loyal leads')
  await page.getByRole('button', { name: 'Save view' }).click()
  await expect(page.getByRole('dialog', { name: 'Saved views' })).toContainText('Loyal leads')
  await shoot('views')
})

test('the command palette', async ({ app, page, simulator }) => {
  const shoot = shooter(page)
  await openLarge(app, simulator)
  await simulator.create(NORTHWIND.id, 'contacts', { firstname: 'Zelda', lastname: 'Faraway' })
  await page.keyboard.press('Control+k')
  await shoot('palette')
  await page.getByRole('dialog').getByRole('combobox').fill('zelda far')
  await expect(page.getByRole('option', { name: /^Zelda Faraway/ })).toBeVisible()
  await shoot('palette-hits')
})
