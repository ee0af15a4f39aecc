import type { Locator, Page } from '@playwright/test'
import type { AppPage } from './support/app-page'
import { expect, expectAccessibleInBothThemes, test } from './support/test'

test.use({ fresh: false })

test.describe('filters on properties that are neither shown nor loaded', () => {
  test.beforeEach(async ({ app }) => {
    await app.open()
    await app.loaded()
  })

  test('a number is filtered, kept over a reload, changed and removed', async ({ app, page }) => {
    const menu = await choose(page, 'loyalty', 'Loyalty points')
    await menu.getByLabel('Condition').selectOption('≥')
    await menu.getByLabel('Value').fill('500')
    await page.keyboard.press('Enter')

    const pill = page.getByRole('button', { name: 'Loyalty points ≥ 500', exact: true })
    await expect(pill).toBeVisible()
    await expect(page.getByRole('button', { name: 'Add filter' })).toBeFocused()
    const least = await matches(app)
    await page.reload()
    await app.loaded()
    await expect(pill).toBeVisible()
    await expect.poll(() => matches(app)).toEqual(least)

    await pill.click()
    await menu.getByLabel('Condition').selectOption('is between')
    await menu.getByLabel('To').fill('600')
    await menu.getByRole('button', { name: 'Apply' }).click()
    const changed = page.getByRole('button', { name: 'Loyalty points is between 500 and 600', exact: true })
    await expect(changed).toBeFocused()
    await expect.poll(async () => (await matches(app)).shown).toBeLessThan(least.shown)
    await page.getByRole('button', { name: 'Remove the filter: Loyalty points is between 500 and 600' }).click()
    await expect(page).not.toHaveURL(/where=/)
    await expect(page.getByRole('button', { name: 'Add filter' })).toBeFocused()
  })

  test('a text and a date narrow together, and the counts of other filters follow', async ({ app, page }) => {
    const menu = await choose(page, 'contract', 'Contract start')
    await menu.getByLabel('Condition').selectOption('is after')
    await menu.getByLabel('Value').fill('2000-01-01')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Contract start is after Jan 1, 2000', exact: true })).toBeVisible()
    const dated = await matches(app)
    const second = await choose(page, 'email', 'Email')
    await second.getByLabel('Value').fill('AR')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Email contains “AR”', exact: true })).toBeVisible()
    await expect.poll(async () => (await matches(app)).shown).toBeLessThan(dated.shown)
    const both = await matches(app)

    await page.getByRole('combobox', { name: 'Filter by owner' }).click()
    await expect(page.getByRole('option').first()).toBeVisible()
    const counts = await page.getByRole('option').locator('.menu-count').allTextContents()
    expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(both.shown)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Clear all filters' }).click()
    await expect(page).not.toHaveURL(/where=/)
  })

  test('choices are offered with their labels and counts', async ({ app, page }) => {
    const colours = await choose(page, 'colours', 'Favourite colours')
    await colours.getByRole('checkbox', { name: 'Ultra-violet' }).check()
    const row = colours.locator('.choice').filter({ hasText: 'Ultra-violet' })
    const count = Number(await row.locator('.menu-count').textContent())
    await colours.getByRole('button', { name: 'Apply' }).click()

    await expect(page).toHaveURL(/where=favourite_colours%3Ain%3Aultra_violet/)
    await expect(page.getByRole('button', { name: 'Favourite colours is Ultra-violet', exact: true })).toBeVisible()
    await expect.poll(async () => (await matches(app)).shown).toBe(count)
  })
})

test('the menu is accessible in both themes, and worked by keyboard alone', async ({ app, page }) => {
  await app.open({ where: 'loyalty_points:gte:500' })
  await app.loaded()
  const add = page.getByRole('button', { name: 'Add filter' })

  await add.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('searchbox', { name: /^Search \d+ properties$/ })).toBeFocused()
  await expectAccessibleInBothThemes(page.getByRole('dialog'))
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Name', exact: true })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(add).toBeFocused()

  const pill = page.getByRole('button', { name: 'Loyalty points ≥ 500', exact: true })
  await pill.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByLabel('Condition')).toBeFocused()
  await expectAccessibleInBothThemes(page.getByRole('dialog'))
  await page.keyboard.press('Escape')
  await expect(pill).toBeFocused()
})

/** Adds a filter on the property that the search finds first. */
async function choose(page: Page, search: string, name: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Add filter' }).click()
  await page.getByRole('searchbox', { name: /^Search \d+ properties$/ }).fill(search)
  const menu = page.getByRole('dialog', { name })
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
  await expect(menu.getByLabel('Condition')).toBeFocused()
  return menu
}

/** How many of the loaded records match, once fewer do than all: a moment before, the table still shows every one. */
async function matches({ records }: AppPage): Promise<{ readonly shown: number; readonly loaded: number }> {
  let [shown, loaded] = [NaN, NaN]
  await expect(async () => {
    const text = await records.getByText(/^[1-9]\d* of \d+ match$/).textContent()
    ;[shown = NaN, loaded = NaN] = (text ?? '').split(' of ').map((part) => Number.parseInt(part))
    expect(shown).toBeLessThan(loaded)
  }).toPass()
  return { shown, loaded }
}
