import type { Locator, Page } from '@playwright/test'
import { NORTHWIND } from './support/app-page'
import { holdBack } from './support/hold-back'
import { expect, expectAccessible, test } from './support/test'

/** More columns than the window has room for. */
const WIDE = 'email,company,lifecyclestage,owner,created,modified,phone,city,jobtitle,website,hs_lead_status'

test.describe('columns', () => {
  test.use({ fresh: false })
  test.beforeEach(async ({ app }) => {
    await app.open()
    await app.loaded()
  })

  test('a custom property is found, shown as a column with its values, and sorted by', async ({ app, page }) => {
    const top = async () => (await app.table.boundingBox())?.y
    const before = await top()
    const letPass = await holdBack(page, /properties=loyalty_points/)
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('searchbox', { name: /^Search \d+ properties$/ }).fill('loyalty')
    await expect(page.getByRole('group', { name: 'Custom properties' })).toBeVisible()
    await page.getByRole('checkbox', { name: 'Loyalty points' }).check()
    await page.keyboard.press('Escape')
    // A head that moves between the press and the release of the button is not clicked.
    await expect(page.getByText('Loading property values…')).toBeVisible()
    expect(await top()).toBe(before)
    await page.getByRole('button', { name: 'Export' }).click()
    const lacking = page.getByText('Values of some columns are not loaded.')
    await expect(lacking).toBeVisible()
    await letPass()
    await expect(lacking).toBeHidden()
    await page.keyboard.press('Escape')
    await expect(page.getByText('Loading property values…')).toBeHidden()
    expect(await top()).toBe(before)

    await app.sortButton('Loyalty points').click()
    await expect(page).toHaveURL(/sort=loyalty_points/)
    await app.sortButton('Loyalty points').click()
    await expect(page).toHaveURL(/sort=-loyalty_points/)
    await expect(app.rows.first()).toContainText('twelve')
    await expect(app.rows.nth(1)).toContainText(/\d{3}$/)
    await page.reload()
    await expect(app.rows.nth(1)).toContainText(/\d{3}$/)
  })

  test('columns are moved, pinned, resized and hidden, and the browser remembers', async ({ app, page }) => {
    await app.tab('Deals').click()
    const heads = () => app.table.locator('.column-head').allInnerTexts()
    const pinned = app.table.locator('.pinned .column-head')
    const options = (header: string) => app.table.getByRole('button', { name: `Options for the column ${header}` })
    await expect(options('Owner')).toBeAttached()
    expect(await heads()).toEqual(['Name', 'Amount', 'Stage', 'Pipeline', 'Close date', 'Owner', 'Last modified'])

    await options('Stage').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Move left' }).press('Enter')
    await expect.poll(heads).toEqual(['Name', 'Stage', 'Amount', 'Pipeline', 'Close date', 'Owner', 'Last modified'])
    await expect(options('Stage')).toBeFocused()
    await expect(page).toHaveURL(/cols=name%2Cstage%2Camount/)

    await (await app.openColumnMenu('Owner')).getByRole('button', { name: 'Pin to the left' }).click()
    await expect(pinned).toHaveText(['Name', 'Owner'])
    await expect(options('Owner')).toBeFocused()
    await (await app.openColumnMenu('Pipeline')).getByRole('button', { name: 'Hide column' }).click()

    await (await app.openColumnMenu('Stage')).getByRole('button', { name: /^Change width/ }).click()
    const edge = app.table.getByRole('separator', { name: 'Width of the column Stage' })
    await expect(edge).toBeFocused()
    const width = Number(await edge.getAttribute('aria-valuenow'))
    await page.keyboard.press('ArrowRight')
    await expect(edge).toHaveAttribute('aria-valuenow', String(width + 16))
    await drag(page, edge, 50)
    await expect(edge).toHaveAttribute('aria-valuenow', String(width + 66))

    await drag(page, app.sortButton('Close date'), -400)
    await page.reload()
    await expect(pinned).toHaveText(['Name', 'Owner'])
    await expect.poll(heads).toEqual(['Name', 'Owner', 'Close date', 'Stage', 'Amount', 'Last modified'])
    await expect(edge).toHaveAttribute('aria-valuenow', String(width + 66))
    await expect(app.table.getByRole('columnheader', { name: 'Close date' })).toHaveAttribute('aria-sort', 'none')

    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('button', { name: 'Reset columns' }).click()
    await expect(pinned).toHaveText(['Name'])
    expect(await heads()).toHaveLength(7)
  })

  test('columns, sort and filters are kept over a change of tab, a reload, and when a record leads to another type', async ({
    app,
    page,
  }) => {
    await app.tab('Deals').click()
    await app.sortButton('Amount').click()
    await app.tab('Companies').click()
    await expect(page).not.toHaveURL(/sort=/)
    await app.tab('Deals').click()
    await expect(page).toHaveURL(/sort=amount/)
    await app.tab('Companies').click()

    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('checkbox', { name: 'Industry' }).uncheck()
    await page.keyboard.press('Escape')
    await page.getByRole('searchbox', { name: 'Search companies' }).fill('a')
    await app.rows.first().click()
    const contact = page.locator('section.record').locator('.association').first()
    await contact.click()
    await expect(page).not.toHaveURL(/type=companies/)

    await page.reload()
    await app.tab('Companies').click()

    await expect(page).toHaveURL(/[?&]q=a(&|$)/)
    await expect(app.table.getByRole('columnheader', { name: 'Name' })).toBeVisible()
    await expect(app.table.getByRole('columnheader', { name: 'Industry' })).toBeHidden()
  })
})

test('a record shows its values as what they are, also those loaded on demand', async ({ app, page, simulator }) => {
  await simulator.create(NORTHWIND.id, 'contacts', {
    ...{ firstname: 'Zoe', lastname: 'Zeppelin', email: 'zoe@example.org', lifecyclestage: 'lead' },
    ...{ mobilephone: '+49 30 901820', website: 'example.org', fax: '+49 30 901821', favourite_colours: 'red;blue' },
  })
  await app.connectEarlier()
  const [contact] = await app.listed({ object_types: 'contacts', q: 'Zeppelin' })
  await app.open({ item: contact?.id ?? '' })
  const record = app.record('Zoe Zeppelin')
  const facts = record.locator('.key-facts')
  const properties = record.locator('.record-section', { hasText: 'Properties' })
  await expect(facts.locator('.tag')).toHaveText('Lead')
  await expect(properties.getByRole('link', { name: '+49 30 901820' })).toHaveAttribute('href', 'tel:+4930901820')
  await expect(properties.getByRole('link', { name: 'example.org', exact: true })).toHaveAttribute('target', '_blank')

  await record.getByRole('button', { name: 'Copy ID' }).focus()
  await page.keyboard.press('Tab')
  await expect(facts.getByRole('link', { name: 'zoe@example.org' })).toBeFocused()
  await properties.getByRole('button', { name: 'Load all properties' }).click()

  await expect(properties.getByRole('link', { name: '+49 30 901821' })).toHaveAttribute('href', 'tel:+4930901821')
  await expect(properties.locator('.tag', { hasText: /^(Red|Blue)$/ })).toHaveText(['Red', 'Blue'])
  await expectAccessible(record)
})

test.describe('a wide table', () => {
  test.use({ fresh: false })

  test('shows values as what they are; a name is a link to its record, and stays at the left', async ({
    app,
    page,
  }) => {
    await app.open({ cols: WIDE, sort: 'created' })
    await app.loaded()
    const row = app.rows.first()
    await expect(row.locator('.tag').first()).toBeVisible()
    await expect(row.locator('.person')).toHaveText('Jana Johnson')
    await expect(row.getByRole('link', { name: 'grace.jensen0@example.org' })).toHaveAttribute(
      'href',
      'mailto:grace.jensen0@example.org',
    )
    const name = row.getByRole('link', { name: 'Grace Jensen', exact: true })
    const left = async () => (await name.boundingBox())?.x
    const before = await left()

    await app.table.locator('..').evaluate((scroller) => {
      scroller.scrollLeft = 600
    })
    await expect(app.table.getByRole('columnheader', { name: 'Lead status' })).toBeInViewport()
    expect(await left()).toBe(before)
    const [tab] = await Promise.all([page.context().waitForEvent('page'), name.click({ modifiers: ['ControlOrMeta'] })])
    await expect(tab).toHaveURL(/item=51_Contact/)
    await tab.close()
    await expect(page.locator('section.record')).toBeHidden()

    await name.click()
    await expect(app.record('Grace Jensen')).toBeVisible()
    await page.keyboard.press('Escape')
    await app.tab('Companies').click()
    const site = app.rows.first().getByRole('link').nth(1)
    await expect(site).toHaveAttribute('rel', 'noopener noreferrer')
    const [opened] = await Promise.all([page.context().waitForEvent('page'), site.click()])
    await opened.close()
    await expect(page.locator('section.record')).toBeHidden()
  })
})

/** By the mouse, from the middle of the element. */
async function drag(page: Page, element: Locator, rightPx: number): Promise<void> {
  const box = await element.boundingBox()
  if (!box) throw new Error('nothing to drag')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + rightPx, y, { steps: 5 })
  await page.mouse.up()
}
