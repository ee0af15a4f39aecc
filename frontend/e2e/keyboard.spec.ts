import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { NORTHWIND } from './support/app-page'
import { expect, test } from './support/test'

const MOST_STEPS = 60

test.describe('the label of a button with an icon', () => {
  test.use({ fresh: false })

  test('is shown under the pointer and on focus, and hidden by Escape', async ({ app, page }) => {
    await app.open({ type: 'contacts' })
    await app.loaded()
    const button = app.records.getByRole('button', { name: 'Reload records' })
    const label = page.locator('.tooltip')

    await button.hover()
    await expect(label).toHaveText('Reload records')
    await label.hover()
    await expect(label).toBeVisible()
    await page.mouse.move(0, 0)
    await expect(label).toBeHidden()

    await page.keyboard.press('/')
    await tabTo(page, button)
    await expect(label).toHaveText('Reload records')
    await page.keyboard.press('Escape')
    await expect(label).toBeHidden()
    await expect(button).toBeFocused()
  })
})

test('the keyboard alone connects, loads, finds, opens and exports', async ({ app, page }) => {
  await app.open()
  await tabTo(page, app.connectButton)
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('Enter')])
  await tabTo(popup, popup.getByRole('radio', { name: NORTHWIND.name }))
  await popup.keyboard.press('Space')
  const closed = popup.waitForEvent('close')
  await tabTo(popup, popup.getByRole('button', { name: 'Allow' }))
  await popup.keyboard.press('Enter')
  await closed
  await expect(app.connection()).toBeVisible()
  await app.loaded()
  await tabTo(page, app.load.getByRole('button', { name: 'Load again' }))
  await page.keyboard.press('Enter')
  await app.loaded()

  await page.keyboard.press('/')
  await page.keyboard.type('grace')
  await expect(app.records.getByText(/^\d+ of 240 match$/)).toBeVisible()
  await app.arranged()
  await tabTo(page, app.rows.first())
  await page.keyboard.press('ArrowDown')
  await expect(app.rows.nth(1)).toBeFocused()
  const second = (await app.rows.nth(1).innerText()).split('\n')[0] ?? ''

  await page.keyboard.press('Enter')
  const drawer = app.record(second)
  await expect(drawer).toBeVisible()
  const company = drawer.locator('.association').first()
  const name = (await company.innerText()).split('\n')[0] ?? ''
  await tabTo(page, company)
  await page.keyboard.press('Enter')
  await expect(app.record(name)).toBeVisible()
  // Alt+Left is the browser's own key, which no test can press.
  await page.goBack()
  await expect(drawer).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.locator('section.record')).toBeHidden()

  await tabTo(page, app.records.getByRole('button', { name: 'Export' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: /^CSV/ }))
  const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
  expect(await readFile(await file.path(), 'utf8')).toContain(second)
  await expect(page.getByText(/rows written/)).toBeVisible()
})

test.describe('with few rows on the screen', () => {
  test.use({ fresh: false, viewport: { width: 1280, height: 480 } })

  test('a record that is closed far from them leaves the focus in the table', async ({ app, page }) => {
    await app.open({ type: 'contacts' })
    await app.loaded()
    await app.rows.first().focus()
    await page.keyboard.press('Enter')
    await expect(page.locator('section.record')).toBeVisible()
    while ((await page.locator('[data-row-open]').count()) > 0) await page.keyboard.press('j')

    await page.keyboard.press('Escape')

    await expect(page.locator('section.record')).toBeHidden()
    await expect(app.rows.first()).toBeFocused()
  })
})

/** By Tab, as often as it takes; going round counts. What has the focus must be seen to have it. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible()
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    if (await hasFocus(target)) break
    await page.keyboard.press('Tab')
  }
  await expect(target).toBeFocused()
  expect(await target.evaluate((element) => element.matches(':focus-visible'))).toBe(true)
}

function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement)
}
