/** Rows are chosen, copied and exported. */
import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { expect, expectAccessible, expectAccessibleInBothThemes, test } from './support/test'

test.describe('chosen rows', () => {
  test.use({ fresh: false })
  test.beforeEach(async ({ app }) => {
    await app.open()
    await app.arranged()
  })

  test('are chosen one by one, as a range, and all at once; they belong to their type, and a button gives them up', async ({
    app,
    page,
  }) => {
    const all = app.table.getByRole('checkbox', { name: 'Choose all rows of this view' })
    await boxOf(app.rows.nth(1)).check()
    await expect(app.rows.nth(1)).toHaveAttribute('aria-selected', 'true')
    await expect(all).toBeChecked({ indeterminate: true })

    await boxOf(app.rows.nth(4)).click({ modifiers: ['Shift'] })
    await expect(app.records.getByText('4 chosen')).toBeVisible()
    await boxOf(app.rows.nth(2)).uncheck()
    await expect(app.records.getByText('3 chosen')).toBeVisible()
    expect(await page.evaluate(() => String(document.getSelection()))).toBe('')
    await expect(page.locator('section.record')).toBeHidden()

    await all.check()
    await expect(app.records.getByText('240 chosen')).toBeVisible()
    await all.uncheck()
    await expect(app.records.getByText('240 records')).toBeVisible()

    await boxOf(app.rows.first()).check()
    await app.tab('Companies').click()
    await expect(app.records.getByText('40 records')).toBeVisible()
    await app.tab('Contacts').click()
    await expect(app.records.getByText('240 records')).toBeVisible()

    await boxOf(app.rows.nth(1)).check()
    await page.getByRole('button', { name: 'Clear choice' }).click()
    await expect(page.getByRole('group', { name: 'Chosen rows' })).toBeHidden()
    await expect(app.rows.nth(1)).toBeFocused()
  })

  test('are chosen by keys, and Escape takes the choice back before it closes a record', async ({ app, page }) => {
    await app.rows.first().focus()
    await page.keyboard.press('x')
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Shift+ArrowUp')
    await expect(app.records.getByText('2 chosen')).toBeVisible()
    await expect(app.rows.nth(1)).toBeFocused()
    await page.keyboard.press('Shift+End')
    await expect(app.records.getByText('240 chosen')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(app.records.getByText('240 records')).toBeVisible()

    await page.keyboard.press('Home')
    await page.keyboard.press('ControlOrMeta+a')
    await expect(app.records.getByText('240 chosen')).toBeVisible()
    await app.rows.first().click()
    const record = page.locator('section.record')
    await expect(record).toBeVisible()
    await expect(app.rows.first()).toHaveAttribute('aria-current', 'true')
    await expectAccessibleInBothThemes(app.records)
    await app.rows.first().focus()
    await page.keyboard.press('Escape')
    await expect(app.records.getByText('240 records')).toBeVisible()
    await expect(record).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(record).toBeHidden()
  })

  test('are copied as text with tabs and as a table, by the button and by the key', async ({ app, page }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await boxOf(app.rows.nth(0)).check()
    await boxOf(app.rows.nth(2)).check()
    const names = [await nameOf(app.rows.nth(0)), await nameOf(app.rows.nth(2))]
    const bar = page.getByRole('group', { name: 'Chosen rows' })
    await bar.getByRole('button', { name: 'Copy' }).click()
    await expect(bar.getByText('2 rows copied')).toBeVisible()

    const [head = '', ...lines] = (await copied(page, 'text/plain')).split('\r\n')
    expect(head.split('\t').slice(0, 2)).toEqual(['Name', 'Email'])
    expect(head.split('\t')).not.toContain('ID')
    expect(lines.map((line) => line.split('\t')[0])).toEqual(names)
    expect(lines[0]).toMatch(/\t\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/)
    expect(await tableIn(page, await copied(page, 'text/html'))).toEqual(
      [head, ...lines].map((line) => line.split('\t')),
    )

    await boxOf(app.rows.nth(2)).uncheck()
    await page.keyboard.press('ControlOrMeta+c')
    await expect(bar.getByText('1 row copied')).toBeVisible()
    expect(await copied(page, 'text/plain')).toBe([head, lines[0]].join('\r\n'))
  })

  test('are exported unless another scope is chosen, and the receipt says so', async ({ app, page }) => {
    await boxOf(app.rows.nth(1)).check()
    await boxOf(app.rows.nth(3)).check()
    const names = [await nameOf(app.rows.nth(1)), await nameOf(app.rows.nth(3))]
    await page.getByRole('button', { name: 'Export' }).click()
    await expect(page.getByRole('radio', { name: /^Chosen rows/ })).toBeChecked()
    await expectAccessible(page.getByRole('dialog', { name: 'Export' }))

    const csv = await exported(page, /^CSV/)
    const lines = csv.text.trim().split('\r\n')
    expect(csv.name).toBe('hubspot-24681012-contacts-chosen.csv')
    expect(lines.slice(1, -1).map((line) => line.split(',')[1])).toEqual(names)
    expect(lines.at(-1)).toBe('# Only the chosen rows: 2 of 240 records')
    await expect(page.getByText('Only the chosen rows')).toBeVisible()

    const receipt = (await exported(page, /^NDJSON/)).text.trim().split('\n').at(-1) ?? ''
    expect(JSON.parse(receipt)).toMatchObject({ receipt: { complete: false, chosen: true, rows: 2, total: 240 } })
  })

  test('that a filter hides are counted apart, not exported, and back when it is gone', async ({ app, page }) => {
    await boxOf(app.rows.nth(0)).check()
    const hidden = await nameOf(app.rows.nth(0))
    const shown = await nameOf(app.rows.nth(2))
    await page.getByRole('searchbox', { name: 'Search contacts' }).fill(shown)
    await expect(app.records.getByText('0 chosen, 1 more not in this view')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Copy' })).toBeDisabled()
    await boxOf(app.rows.filter({ hasText: shown }).first()).check()
    await expect(app.records.getByText('1 chosen, 1 more not in this view')).toBeVisible()

    await page.getByRole('button', { name: 'Export' }).click()
    await expect(page.getByText('1 more chosen record is not in this view and is left out.')).toBeVisible()
    const { text } = await exported(page, /^CSV/)
    expect(text).toContain(shown)
    expect(text).not.toContain(hidden)
    await page.keyboard.press('Escape')

    await page.getByRole('searchbox', { name: 'Search contacts' }).fill('')
    await expect(app.records.getByText('2 chosen', { exact: true })).toBeVisible()
  })
})

test.describe('on a narrow screen', () => {
  test.use({ viewport: { width: 320, height: 640 }, fresh: false })

  test('rows have no checkbox, and the keys choose them', async ({ app, page }) => {
    await app.open()
    await app.arranged()
    await expect(app.table.getByRole('checkbox')).toHaveCount(0)
    await app.rows.first().focus()
    await page.keyboard.press('x')

    await expect(app.records.getByText('1 chosen')).toBeVisible()
    await expect(app.rows.first()).toHaveAttribute('aria-selected', 'true')
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
      0,
    )
    await expectAccessible(page)
  })
})

function boxOf(row: Locator): Locator {
  return row.getByRole('checkbox')
}

async function nameOf(row: Locator): Promise<string> {
  return (await row.innerText()).split('\n')[0] ?? ''
}

function copied(page: Page, type: string): Promise<string> {
  return page.evaluate(async (format) => {
    const [item] = await navigator.clipboard.read()
    return (await (await item?.getType(format))?.text()) ?? ''
  }, type)
}

/** The cells of the table that a document has. */
function tableIn(page: Page, html: string): Promise<string[][]> {
  return page.evaluate((source) => {
    const rows = new DOMParser().parseFromString(source, 'text/html').querySelectorAll('tr')
    return [...rows].map((row) => [...row.cells].map((cell) => cell.textContent))
  }, html)
}

async function exported(page: Page, format: RegExp) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: format }).click()])
  await expect(page.getByText(/rows? written/)).toBeVisible()
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') }
}
