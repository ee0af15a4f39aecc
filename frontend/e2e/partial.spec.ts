import type { JSHandle, Locator } from '@playwright/test'
import type { Item } from '../src/api/types'
import { NORTHWIND, type AppPage } from './support/app-page'
import { openLarge } from './support/large-account'
import { expect, test } from './support/test'

test('while only a part is loaded, a reload reads one type, and a sort or search says which records it covers', async ({
  app,
  page,
  simulator,
}) => {
  await openLarge(app, simulator)
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

  await app.open({ q: 'example', find: '1' })
  await expect(app.records.getByText('First 100 results')).toBeVisible()
  await page.getByRole('button', { name: 'Back to loaded records' }).click()
  await page.getByRole('searchbox').fill('')
  const note = app.records.getByText('Sort and filters apply only to the 100 of 5,100 records that are loaded.')
  await expect(note).toBeHidden()
  await app.sortButton('Company').click()
  await expect(note).toBeVisible()

  await app.records.getByRole('button', { name: 'Load everything' }).first().click()
  await app.loaded()
  await expect(app.records.getByText(/^Sort and filters apply only/)).toBeHidden()
})

test.describe('while only a part of the deals is loaded', () => {
  test('HubSpot sorts and filters all of them, with its own count', async ({ app, page, simulator }) => {
    await openLarge(app, simulator, { type: 'deals' })
    const deals = await wholeLoad(app, 'deals')
    await sortBy(app, 'Amount', 'ascending')
    await sortBy(app, 'Amount', 'descending')

    await expect(app.records.getByText('5,100 found in HubSpot')).toBeVisible()
    await expect.poll(() => amountsShown(app, deals)).toEqual(highest(deals))

    await page.getByRole('combobox', { name: 'Filter by stage' }).click()
    await expect(page.getByRole('option').locator('.menu-count')).toHaveCount(0)
    await page.getByRole('option', { name: 'Closed Won' }).click()
    await page.keyboard.press('Escape')

    const won = deals.filter((deal) => deal.labels['dealstage'] === 'Closed Won')
    await expect(app.records.getByText(`${won.length.toLocaleString('en')} found in HubSpot`)).toBeVisible()
    await expect.poll(() => amountsShown(app, won)).toEqual(highest(won))
    await expect(app.records.getByText(/^Sort and filters apply only/)).toBeHidden()
  })

  test('the rest of a load changes neither the place in the table nor the opened record', async ({
    app,
    page,
    simulator,
  }) => {
    await openLarge(app, simulator, { type: 'deals', sort: '-amount' })
    await expect(app.records.getByText('5,100 found in HubSpot')).toBeVisible()
    await app.rows.nth(8).click()
    const record = page.locator('section.record')
    const name = await record.getAttribute('aria-label')
    const scroller = app.records.locator('.table-scroll')
    await scroller.evaluate((element) => {
      element.scrollTop = 300
    })

    await app.load.getByRole('button', { name: 'Load everything' }).click()
    await app.loaded()

    await expect(app.records.getByText('5,100 records', { exact: true })).toBeVisible()
    expect(await scroller.evaluate((element) => element.scrollTop)).toBe(300)
    await expect(record).toHaveAttribute('aria-label', name ?? '')
    await expect(app.table.getByRole('columnheader', { name: 'Amount' })).toHaveAttribute('aria-sort', 'descending')
  })
})

test('once all records are loaded, those that changed last come first', async ({ app, page, simulator }) => {
  const late = { firstname: 'Late', lastname: 'Arrival' }
  await app.connectEarlier()
  await app.open()
  await app.loaded()
  const modified = app.table.getByRole('columnheader', { name: 'Last modified' })
  await expect(modified).toHaveAttribute('aria-sort', 'descending')
  await expect(page).not.toHaveURL(/sort=/)

  await simulator.create(NORTHWIND.id, 'contacts', late)
  await page.getByRole('button', { name: 'Reload records' }).click()
  await expect(app.rows.first()).toContainText('Late Arrival')

  await sortBy(app, 'Last modified', 'ascending')
  await expect(app.rows.first()).not.toContainText('Late Arrival')
  await sortBy(app, 'Last modified', 'descending')
  await expect(page).not.toHaveURL(/sort=/)
  await sortBy(app, 'Email', 'ascending')
  await sortBy(app, 'Email', 'descending')
  await sortBy(app, 'Email', 'none')
  await expect(modified).toHaveAttribute('aria-sort', 'descending')
  await expect(app.rows.first()).toContainText('Late Arrival')
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
  const said = await textsOf(app.records.locator('.toolbar-summary'))
  await page.getByRole('option').first().click()
  await page.keyboard.press('Escape')
  const matches = Number((await app.records.getByText(/^\d+ of 80 match$/).innerText()).split(' ')[0])
  // Never the count of rows that were not filtered yet.
  expect(await said.evaluate((texts) => texts)).toEqual([`${String(matches)} of 80 match`])
  await page.getByRole('combobox', { name: 'Filter by stage' }).click()
  await expect(page.getByRole('option').first()).toBeVisible()
  const counts = await page.getByRole('option').locator('.menu-count').allInnerTexts()

  expect(matches).toBeLessThan(80)
  expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(matches)
})

/** What the element says from now on, in turn. */
function textsOf(element: Locator): Promise<JSHandle<string[]>> {
  return element.evaluateHandle((node) => {
    const texts: string[] = []
    const watch = new MutationObserver(() => texts.push(node.textContent))
    watch.observe(node, { characterData: true, childList: true, subtree: true })
    return texts
  })
}

/** The click leads to this order. */
async function sortBy(app: AppPage, header: string, order: 'ascending' | 'descending' | 'none'): Promise<void> {
  const head = app.table.getByRole('columnheader', { name: header })
  await app.sortButton(header).click()
  await expect(head).toHaveAttribute('aria-sort', order)
}

/** All records, read without a search. */
async function wholeLoad(app: AppPage, type: string): Promise<Item[]> {
  const url = `${app.url}/integrations/hubspot/items?user_id=${app.user}&object_types=${type}`
  const answer = await fetch(url, { headers: { Accept: 'application/x-ndjson' } })
  const lines = (await answer.text()).trim().split('\n')
  return lines.map((line) => JSON.parse(line) as { item?: Item }).flatMap((line) => line.item ?? [])
}

const COMPARED = 10

function highest(deals: readonly Item[]): number[] {
  const amounts = deals.map(amountOf).filter((amount) => amount !== -Infinity)
  return amounts.sort((a, b) => b - a).slice(0, COMPARED)
}

/** Of the first rows. */
async function amountsShown(app: AppPage, deals: readonly Item[]): Promise<number[]> {
  const byId = new Map(deals.map((deal) => [deal.id, deal]))
  const ids = await app.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-id') ?? ''))
  return ids.slice(0, COMPARED).map((id) => amountOf(byId.get(id)))
}

function amountOf(deal: Item | undefined): number {
  const amount = deal?.properties['amount']
  return typeof amount === 'number' ? amount : -Infinity
}
