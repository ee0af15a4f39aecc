import type { Page } from '@playwright/test'
import type { AppPage } from './support/app-page'
import { expect, expectAccessible, test } from './support/test'

test.use({ fresh: false })

test('a view is saved, kept over a reload, shown again and updated', async ({ app, page }) => {
  await app.open({ type: 'deals' })
  await app.loaded()
  await filterByStage(page)
  await saveView(page, 'Contracts out')
  await expect(viewsButton(page, 'Contracts out')).toBeVisible()
  await expect(page).toHaveURL(/name=Contracts\+out/)

  await app.open({ type: 'deals' })
  await app.loaded()
  await viewsButton(page, 'Standard view').click()
  const menu = page.getByRole('dialog', { name: 'Saved views' })
  await expectAccessible(menu)
  await menu.getByRole('button', { name: 'Contracts out', exact: true }).click()
  await expect(app.records.getByText(/of 80 match/)).toBeVisible()
  await expect(app.rows.first()).toContainText('Contract Sent')

  await app.sortButton('Amount').click()
  await viewsButton(page, 'Contracts out, changed').click()
  await menu.getByRole('button', { name: 'Update “Contracts out”' }).click()
  await expect(viewsButton(page, 'Contracts out')).toBeVisible()
  await page.reload()
  await expect(viewsButton(page, 'Contracts out')).toBeVisible()
})

test('a view is renamed and deleted, which can be undone', async ({ app, page }) => {
  await app.open({ type: 'deals', sort: 'amount' })
  await saveView(page, 'Contracts out')
  const menu = page.getByRole('dialog', { name: 'Saved views' })

  await menu.getByRole('button', { name: 'Rename Contracts out' }).click()
  await menu.getByRole('textbox').fill('Sent')
  await page.keyboard.press('Enter')
  await expect(menu.getByRole('button', { name: 'Sent', exact: true })).toBeFocused()
  await expect(page).toHaveURL(/name=Sent/)
  await menu.getByRole('button', { name: 'Delete Sent' }).click()
  await menu.getByRole('button', { name: 'Undo' }).click()
  await expect(menu.getByRole('button', { name: 'Sent', exact: true })).toBeVisible()
  await menu.getByRole('button', { name: 'Delete Sent' }).click()
  await page.keyboard.press('Escape')

  await expect(viewsButton(page, 'Unsaved view')).toBeFocused()
  await expect(page).toHaveURL(/sort=amount/)
})

test('a link shows the whole view to somebody else, and offers to save it', async ({ app, page, browser }) => {
  await app.open({ type: 'deals', cols: 'amount,owner', sort: '-amount', q: 'a', name: 'Largest' })
  await app.loaded()
  const note = page.getByRole('status').filter({ hasText: 'The view “Largest” is not among your saved views.' })
  await expect(note).toBeVisible()
  await expectAccessible(note)
  await note.getByRole('button', { name: 'Save view' }).click()
  await expect(note).toBeHidden()

  const link = await copiedLink(page, app)
  const other = await (await browser.newContext({ locale: 'en-US' })).newPage()
  await other.goto(`${link}&user_id=${app.user}`)
  await expect(other.getByRole('columnheader', { name: 'Amount' })).toHaveAttribute('aria-sort', 'descending')
  // With the one of the checkboxes.
  await expect(other.getByRole('columnheader')).toHaveCount(4)
  await expect(other.getByRole('searchbox', { name: 'Search deals' })).toHaveValue('a')
  const theirs = other.getByRole('status').filter({ hasText: 'The view “Largest” is not among your saved views.' })
  await theirs.getByRole('button', { name: 'Dismiss' }).click()
  await expect(other.getByText('Unsaved view')).toBeVisible()
  await other.context().close()
})

function viewsButton(page: Page, name: string) {
  return page.getByRole('button', { name: `Saved views: ${name}`, exact: true })
}

async function saveView(page: Page, name: string): Promise<void> {
  await viewsButton(page, 'Unsaved view').click()
  await page.getByRole('textbox', { name: 'Name of the view' }).fill(name)
  await page.getByRole('button', { name: 'Save view' }).click()
}

async function filterByStage(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Filter by stage' }).click()
  await page.getByRole('option', { name: /Contract Sent/ }).click()
  await page.keyboard.press('Escape')
}

async function copiedLink(page: Page, app: AppPage): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: app.url })
  await viewsButton(page, 'Largest').click()
  await page.getByRole('button', { name: 'Copy link' }).click()
  await expect(page.getByText('Copied')).toBeVisible()
  return page.evaluate(() => navigator.clipboard.readText())
}
