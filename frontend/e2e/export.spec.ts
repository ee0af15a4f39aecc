/** What an export holds, and what it says it does not. */
import { readFile } from 'node:fs/promises'
import { readXlsx } from 'hucre/xlsx'
import { NORTHWIND } from './support/app-page'
import { expect, expectAccessible, test } from './support/test'

type Page = import('@playwright/test').Page

test.use({ fresh: false })

async function exported(page: Page, format: RegExp) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: format }).click()])
  await expect(page.getByText(/rows written|Zeilen geschrieben/)).toBeVisible()
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
}

test.describe('a German browser', () => {
  test.use({ locale: 'de-DE' })

  test('exports amounts as plain numbers with their currency, and dates as ISO', async ({ app, page }) => {
    await app.open({ type: 'deals' })
    await expect(page.locator('[data-id]').first()).toBeVisible()
    await page.getByRole('button', { name: 'Exportieren' }).click()

    expectPlainAmounts(await exported(page, /^CSV/), 'Betrag')
  })
})

test('CSV has plain amounts; an Excel file has typed cells and says what it covers', async ({ app, page }) => {
  await app.open({ type: 'deals' })
  await app.loaded()
  await page.getByRole('button', { name: 'Export' }).click()
  expectPlainAmounts(await exported(page, /^CSV/), 'Amount')

  const file = await exported(page, /^Excel/)
  const { sheets } = await readXlsx(file.bytes)
  const [head = [], ...rows] = sheets[0]?.rows ?? []

  expect(file.name).toBe('hubspot-24681012-deals.xlsx')
  expect(sheets.map((sheet) => sheet.name)).toEqual(['Deals', 'About this file'])
  expect(rows).toHaveLength(80)
  expect(rows.filter((row) => typeof row[head.indexOf('Amount')] === 'number').length).toBeGreaterThan(20)
  expect(rows.every((row) => row[head.indexOf('Last modified')] instanceof Date)).toBe(true)
  expect(sheets[1]?.rows).toContainEqual(['Account', NORTHWIND.name, null])
  expect(sheets[1]?.rows).toContainEqual(['Deals', 80, 80])
})

test('all loaded records are a sheet for each type, and names what it lacks', async ({ app, page }) => {
  await app.open()
  await app.loaded()
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('radio', { name: /^All loaded records/ }).check()
  await expect(page.getByText(/^Not included, because access is missing: .*Products/)).toBeVisible()
  await expectAccessible(page.getByRole('dialog', { name: 'Export' }))

  const file = await exported(page, /^Excel/)
  const { sheets } = await readXlsx(file.bytes)
  const lengths = Object.fromEntries(sheets.map((sheet) => [sheet.name, sheet.rows.length - 1]))

  expect(file.name).toBe('hubspot-24681012.xlsx')
  expect(lengths).toMatchObject({ Contacts: 240, Companies: 40, Deals: 80 })
  expect(sheets.find((sheet) => sheet.name === 'Contacts')?.rows[0]).toContain('Created')
  await expect(page.getByText('Not the whole account')).toBeVisible()

  const ndjson = await exported(page, /^NDJSON/)
  const receipt = ndjson.bytes.toString('utf8').trim().split('\n').at(-1) ?? ''
  expect(JSON.parse(receipt)).toMatchObject({
    receipt: { complete: false, object_types: { contacts: { rows: 240, total: 240 } } },
  })
})

test('CSV is safe for spreadsheets unless the raw text is wanted; a part says that it is one', async ({
  app,
  page,
}) => {
  await app.open({ type: 'contacts', cols: 'phone' })
  await app.loaded()
  await page.getByRole('button', { name: 'Export' }).click()

  expect((await exported(page, /^CSV/)).bytes.toString('utf8')).toContain(",'+")
  await page.getByRole('checkbox', { name: /^Safe for spreadsheets/ }).uncheck()
  const raw = (await exported(page, /^CSV/)).bytes.toString('utf8')
  expect(raw).not.toContain(",'+")
  expect(raw).toContain(',+')
  await page.keyboard.press('Escape')

  await page.getByRole('searchbox').fill('example.org')
  await page.getByRole('button', { name: 'Export' }).click()
  const csv = await exported(page, /^CSV/)
  expect(csv.name).toBe('hubspot-24681012-contacts.csv')
  expect(csv.bytes.toString('utf8')).toContain('Name,Phone')
  const objects = (await exported(page, /^NDJSON/)).bytes.toString('utf8').trim().split('\n')
  expect(JSON.parse(objects.at(-1) ?? '')).toMatchObject({ receipt: { complete: false, narrowed: true, total: 240 } })
  await expect(app.records.getByText(new RegExp(`^${String(objects.length - 1)} of`))).toBeVisible()
})

function expectPlainAmounts({ bytes }: { readonly bytes: Buffer }, header: string): void {
  const [head = '', ...lines] = bytes.toString('utf8').trim().split('\r\n')
  const amount = head.split(',').indexOf(header)
  expect(head.split(',')[amount + 1]).toMatch(/currency|Währung/)
  const money = lines.map((line) =>
    line
      .split(',')
      .slice(amount, amount + 2)
      .join(' '),
  )
  expect(money.filter((text) => /^\d+(\.\d+)? [A-Z]{3}$/.test(text)).length).toBeGreaterThan(20)
  expect(bytes.toString('utf8')).toMatch(/,\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[^,]*Z,/)
}
