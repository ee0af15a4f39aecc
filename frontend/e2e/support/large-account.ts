/** An account of 5,100 records of one type: more than is loaded by itself. */
import { expect, type Page } from '@playwright/test'
import { expectSoon, NORTHWIND, type AppPage } from './app-page'
import type { Simulator } from './simulator'

const MANY = 5_100
/** A slow machine loads 500 records a second. */
const MOST_MS = 20_000
/** Of 100 records each; from then on each takes long. */
const HALF_PAGES = 25
const LISTED = '/crm/objects/[^/]+/(contacts|0-1)$'
const FEW = {
  contacts: 40,
  companies: 40,
  deals: 40,
  tickets: 0,
  calls: 0,
  emails: 0,
  meetings: 0,
  notes: 0,
  tasks: 0,
}

/** Opened, counted, and read in pages; `query` chooses the large type. */
export async function openLarge(
  app: AppPage,
  simulator: Simulator,
  query: { readonly type?: string; readonly sort?: string } = {},
): Promise<void> {
  await simulator.seed(NORTHWIND.id, { ...FEW, [query.type ?? 'contacts']: MANY })
  await app.connectEarlier()
  await app.open(query)
  await expectSoon(app.load.getByText(/Load all 5,1\d\d records/))
}

/** Past the first checkpoint, and slow enough not to finish before the page is seen and clicked. */
export async function loadHalf(app: AppPage, page: Page, simulator: Simulator): Promise<void> {
  await simulator.fault(LISTED, 'delay', { delay_s: 0.4, after: HALF_PAGES, times: null })
  await app.load.getByRole('button', { name: 'Load everything' }).click()
  await expectSoon(app.load.getByText(/Loading [2-5],\d+ of/))
  await expect(async () => {
    expect(await savedRecords(page)).toBeGreaterThanOrEqual(2_000)
  }).toPass()
}

/** The action makes the page request only the rest. */
export async function expectResume(page: Page, what: () => Promise<unknown>): Promise<void> {
  const asked = page.waitForRequest((request) => request.headers()['accept'] === 'application/x-ndjson')
  await what()
  expect(new URL((await asked).url()).searchParams.get('after')).toBeTruthy()
}

/** Everything once; there is nothing to see any more in its being slow. */
export async function expectWhole(app: AppPage, page: Page, simulator: Simulator): Promise<void> {
  await simulator.clearFaults()
  await app.loaded(MOST_MS)
  await expect(app.records.getByText('5,100 records', { exact: true })).toBeVisible()
  await app.load.getByRole('button', { name: 'Details' }).click()
  await expect(page.getByRole('dialog', { name: 'Receipt' }).getByRole('row', { name: /^Contacts/ })).toContainText(
    /5,100\s*5,100\s*Complete/,
  )
}

/** The number of records saved in this browser. */
export function savedRecords(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const [found] = await indexedDB.databases()
    if (found?.name === undefined) return 0
    const opening = indexedDB.open(found.name)
    await new Promise((resolve) => (opening.onsuccess = resolve))
    const reading = opening.result.transaction('rows').objectStore('rows').getAll()
    await new Promise((resolve) => (reading.onsuccess = resolve))
    opening.result.close()
    return (reading.result as { items: unknown[] }[]).reduce((sum, part) => sum + part.items.length, 0)
  })
}
