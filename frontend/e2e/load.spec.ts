import { expectSoon, NORTHWIND } from './support/app-page'
import { expectWhole, expectResume, savedRecords, loadHalf, openLarge } from './support/large-account'
import { expect, expectAccessible, test } from './support/test'

test.describe('loading everything', () => {
  test.slow() // 5,100 records

  test('a large account is read in pages until somebody wants everything; progress, then the receipt', async ({
    app,
    page,
    simulator,
  }) => {
    await openLarge(app, simulator)
    await expect(app.records.getByText('100 of 5,100')).toBeVisible()
    const pages: string[] = []
    page.on('request', (request) => {
      if (new URL(request.url()).searchParams.has('after')) pages.push(request.url())
    })
    await app.rows.first().focus()
    await page.keyboard.press('End')
    await expect(app.records.getByText('200 of 5,100')).toBeVisible()
    expect(pages).toHaveLength(1)

    await simulator.settings({ latency_ms: 300 }) // time to look at it
    await app.load.getByRole('button', { name: 'Load everything' }).click()
    await expect(app.load.getByText(/Loading [\d,]+ of 5,1\d\d/)).toBeVisible()
    await app.load.getByRole('button', { name: 'Details' }).click()
    await expect(page.getByRole('progressbar', { name: 'Progress of contacts' })).toBeVisible()
    await expectAccessible(page.getByRole('dialog', { name: 'Load' }))
    await simulator.settings({ latency_ms: 0 })

    await app.loaded()
    await expect(page.getByRole('dialog', { name: 'Receipt' }).getByRole('row', { name: /^Contacts/ })).toContainText(
      /5,100\s*5,100\s*Complete/,
    )
    await page.keyboard.press('Escape')
    await expect(app.records.getByText('5,100 records')).toBeVisible()
  })

  test('HubSpot’s limit is explained with a countdown, and loading resumes by itself', async ({ app, simulator }) => {
    await app.connectEarlier()
    await app.open()
    await app.loaded()
    const busy = { status: 429, retry_after_s: 2, after: 1, method: 'GET' }
    await simulator.fault('/crm/objects/[^/]+/(contacts|0-1)$', 'status', busy)

    await app.load.getByRole('button', { name: 'Load again' }).click()

    await expectSoon(app.load.getByText(/HubSpot rate limit reached\. Loading resumes in \d s/).first())
    await app.loaded()
  })

  test('over a page reload a load resumes by itself, with its rows; one that was stopped keeps them and waits', async ({
    app,
    page,
    simulator,
  }) => {
    await openLarge(app, simulator)
    await loadHalf(app, page, simulator)

    await expectResume(page, () => page.reload())
    await expect(app.load.getByText(/(Resuming at|Loading) [2-5],\d+ of/)).toBeVisible()
    await expect(app.records.getByText(/^[2-5],\d+ of 5,100$/)).toBeVisible()

    await app.load.getByRole('button', { name: 'Stop' }).click()
    await expect(app.load.getByText(/Stopped at [2-5],\d+ of 5,1\d\d records/)).toBeVisible()
    await page.reload()
    await expect(app.load.getByText(/Stopped at [2-5],\d+ of 5,1\d\d records/)).toBeVisible()
    await expect(app.rows.first()).toBeVisible()

    await expectResume(page, () => app.load.getByRole('button', { name: 'Resume' }).click())
    await expectWhole(app, page, simulator)
    // Nothing of a complete load stays in the browser.
    await expect.poll(() => savedRecords(page)).toBe(0)
  })

  test('disconnecting in the middle leaves no record in the browser', async ({ app, page, simulator }) => {
    await openLarge(app, simulator)
    await loadHalf(app, page, simulator)

    await app.disconnect()

    await expect(app.connectButton).toBeVisible()
    await expect(async () => {
      expect(await savedRecords(page)).toBe(0)
    }).toPass()
  })

  test('a record that is not loaded is requested by itself, with all its properties on demand', async ({
    app,
    page,
    simulator,
  }) => {
    await openLarge(app, simulator)
    await app.tab('Companies').click()
    await app.rows.first().click()
    const record = page.locator('section.record')
    await record
      .getByRole('button', { name: /^Show [\d,]+ more$/ })
      .first()
      .click()
    const far = record.getByRole('button', { name: /^Record \d+_Contact not loaded$/ }).last()
    const id = /\d+/.exec(await far.innerText())?.[0] ?? ''

    await far.click()

    await expect(record.getByRole('heading', { name: 'Properties' })).toBeVisible()
    await expect(record.getByRole('link', { name: 'Open in HubSpot' })).toHaveAttribute(
      'href',
      `https://app.hubspot.com/contacts/${NORTHWIND.id}/record/0-1/${id}`,
    )
    await expect(page).toHaveURL(new RegExp(`item=${id}_Contact`))
    await expectAccessible(record)
    await record.getByRole('button', { name: 'Load all properties' }).click()
    await expect(record.getByRole('button', { name: 'Load all properties' })).toBeHidden()
    await expect(record.getByText('Loyalty points')).toBeVisible()
  })
})
