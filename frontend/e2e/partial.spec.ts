import { openLarge } from './support/large-account'
import { NORTHWIND } from './support/app-page'
import { expect, test } from './support/test'

test.describe('while only a part of an account is loaded', () => {
  test.beforeEach(async ({ app, simulator }) => {
    await openLarge(app, simulator)
  })

  test('sorting says which records it covers, until all are loaded', async ({ app }) => {
    const note = app.records.getByText('Sort and filters apply only to the 100 of 6,000 records that are loaded.')
    await expect(note).toBeHidden()
    await app.table.getByRole('columnheader', { name: 'Email' }).getByRole('button').click()
    await expect(note).toBeVisible()

    await app.records.getByRole('button', { name: 'Load everything' }).first().click()

    await app.loaded()
    await expect(app.records.getByText(/^Sort and filters apply only/)).toBeHidden()
  })

  test('a search at HubSpot does not call its first page everything it found', async ({ app }) => {
    await app.open({ q: 'example', find: '1' })

    await expect(app.records.getByText('First 100 results')).toBeVisible()
  })

  test('reloading the records reads their type only', async ({ app, page }) => {
    const requests: URL[] = []
    await app.tab('Deals').click()
    await expect(app.rows.first()).toBeVisible()
    page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.pathname.endsWith('/items')) requests.push(url)
    })

    await page.getByRole('button', { name: 'Reload records' }).click()
    await expect(async () => {
      expect(requests.map((url) => url.searchParams.get('object_types'))).toEqual(['deals'])
    }).toPass()
  })
})

test('a search ignores case and accents, and the counts of a filter obey the other filters', async ({
  app,
  page,
  simulator,
}) => {
  await simulator.create(NORTHWIND.id, 'contacts', { firstname: 'Zoë', lastname: 'Çelik' })
  await app.connectEarlier()
  await app.open()
  await app.loaded()
  await page.getByRole('searchbox', { name: 'Search contacts' }).fill('zoe CELIK')
  await expect(app.rows).toHaveCount(1)
  await expect(app.rows.first()).toContainText('Zoë Çelik')

  await app.tab('Deals').click()
  await page.getByRole('combobox', { name: 'Filter by owner' }).click()
  await page.getByRole('option').first().click()
  await page.keyboard.press('Escape')
  const matches = Number((await app.records.getByText(/^\d+ of 80 match$/).innerText()).split(' ')[0])
  await page.getByRole('combobox', { name: 'Filter by stage' }).click()
  await expect(page.getByRole('option').first()).toBeVisible()
  const counts = await page.getByRole('option').locator('.menu-count').allInnerTexts()

  expect(matches).toBeLessThan(80)
  expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(matches)
})

test('activities show what people look for first', async ({ app }) => {
  await app.connectEarlier()
  await app.open({ type: 'tasks' })
  await app.loaded()
  const headers = await app.table.getByRole('columnheader').allInnerTexts()

  expect(headers).toContain('Due')
  await expect(app.rows.first().getByRole('gridcell').nth(headers.indexOf('Due'))).toHaveText(/\d{4}/)
})
