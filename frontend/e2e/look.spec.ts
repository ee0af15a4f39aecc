import { NORTHWIND } from './support/app-page'
import { expect, expectAccessible, expectAccessibleInBothThemes, test } from './support/test'

const LONG_NAME = `${'Oberweserdampfschifffahrtsgesellschaft'.repeat(2)} GmbH & Co. Kommanditgesellschaft auf Aktien`

test('the connect card is accessible in both themes', async ({ app, page }) => {
  await app.open()
  await expect(app.connectButton).toBeVisible()

  await expectAccessibleInBothThemes(page)
})

test('the chosen theme is there before the first paint, and stays', async ({ app, page }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await app.open()
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.addInitScript(() => {
    document.addEventListener('readystatechange', () => {
      // Before any module has run: what the first paint will show.
      if (document.readyState === 'interactive') {
        document.documentElement.dataset['early'] = getComputedStyle(document.documentElement).colorScheme
      }
    })
  })

  await page.reload()

  await expect(page.locator('html')).toHaveAttribute('data-early', 'dark')
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 375, height: 720 }, hasTouch: true })

  test('everything fits the width, rows have two lines, and a record fills the screen', async ({ app, page }) => {
    await app.open()
    await expect(app.connectButton).toBeVisible()
    expect(await overflow(page)).toBe(0)
    await expectAccessible(page)

    await app.connectEarlier()
    await app.open({ sort: 'created' })
    await page.getByText('New connection').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).tap()
    await app.loaded()
    expect(await overflow(page)).toBe(0)
    await expect(app.rows.first()).toContainText('grace.jensen0@example.org')
    await expect(app.rows.nth(2)).toBeInViewport({ ratio: 0.9 })
    await page.getByRole('button', { name: 'Account details' }).tap()
    await expect(page.getByRole('dialog', { name: 'Account details' })).toContainText('24681012')
    await expectAccessible(page)
    await page.keyboard.press('Escape')

    await app.rows.first().tap()
    const drawer = app.record('Grace Jensen')
    await expect(drawer).toBeVisible()
    await expect(async () => {
      expect(await drawer.boundingBox()).toMatchObject({ x: 0, width: 375 })
    }).toPass()
    await expectAccessible(drawer)
  })

  test.describe('with an account connected earlier', () => {
    test.use({ fresh: false })

    test('the chosen columns are what a row says', async ({ app }) => {
      await app.open({ cols: 'owner', sort: 'created' })
      await app.loaded()

      await expect(app.rows.first()).toContainText('Jana Johnson')
      await expect(app.rows.first()).not.toContainText('grace.jensen0@example.org')
    })

    test('the chosen type is in sight among all others', async ({ app }) => {
      await app.open({ type: 'tickets' })
      await app.loaded()

      await expect(app.tab('Tickets')).toBeInViewport({ ratio: 1 })
    })
  })
})

test.describe('with an account connected earlier', () => {
  test.use({ fresh: false, contextOptions: { reducedMotion: 'no-preference' } })

  test('the records, and all that opens over them, are accessible in both themes', async ({ app, page }) => {
    test.slow() // six views, each judged twice
    await app.open()
    await app.loaded()
    await expectAccessibleInBothThemes(page)

    await app.load.getByRole('button', { name: 'Details' }).click()
    await expect(page.getByRole('dialog', { name: 'Receipt' })).toContainText('240')
    await expectAccessibleInBothThemes(page.getByRole('dialog', { name: 'Receipt' }))
    await page.keyboard.press('Escape')

    await page.getByRole('combobox', { name: 'Filter by owner' }).click()
    await expect(page.getByRole('option').first()).toBeVisible()
    await expectAccessibleInBothThemes(page.getByRole('listbox'))
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Display' }).click()
    await expect(page.getByRole('dialog', { name: 'Display' })).toBeVisible()
    await expectAccessibleInBothThemes(page.getByRole('dialog', { name: 'Display' }))
    await page.keyboard.press('Escape')

    await page.getByRole('tab', { name: 'Overview' }).click()
    await expect(page.getByRole('region', { name: 'Deals by stage: Sales Pipeline' })).toBeVisible()
    await expectAccessibleInBothThemes(page)

    await app.tab('Companies').click()
    await app.rows.first().click()
    await expect(page.locator('section.record')).toBeVisible()
    await expectAccessibleInBothThemes(page)
  })
})

test.describe('on a tablet', () => {
  test.use({ viewport: { width: 820, height: 1180 }, hasTouch: true, fresh: false })

  test('rows have the width, and the account’s facts are in its menu', async ({ app, page }) => {
    await app.open()
    await app.loaded()
    expect(await overflow(page)).toBe(0)
    await expect(app.rows.nth(10)).toBeInViewport({ ratio: 0.8 })

    await expect(await app.openAccountMenu()).toContainText('24681012')

    expect(await overflow(page)).toBe(0)
    await expectAccessible(page)
  })
})

test.describe('at 320 pixels', () => {
  test.use({ viewport: { width: 320, height: 640 }, fresh: false })

  test('nothing is wider than the screen', async ({ app, page }) => {
    await app.open({ sort: 'created' })
    await app.loaded()
    expect(await overflow(page)).toBe(0)

    await app.rows.first().click()
    await expect(app.record('Grace Jensen')).toBeVisible()
    expect(await overflow(page)).toBe(0)

    await page.route(
      (url) => url.pathname === '/integrations',
      async (route) => {
        const answer = await route.fetch()
        await route.fulfill({ response: answer, body: (await answer.text()).replaceAll(NORTHWIND.name, LONG_NAME) })
      },
    )
    await app.open({ portal: '1'.repeat(60) })
    await expect(page.getByRole('button', { name: LONG_NAME })).toBeVisible()
    expect(await overflow(page)).toBe(0)
  })
})

test.describe('in forced colors', () => {
  test.use({ fresh: false })

  test('with forced colors, the chosen entries and the charts are visible', async ({ app, page }) => {
    await page.emulateMedia({ forcedColors: 'active' })
    await app.open()
    await app.loaded()
    const marked = await page.evaluate(() => {
      document.body.style.accentColor = 'Highlight'
      return getComputedStyle(document.body).accentColor
    })

    expect(await background(app.tab('Contacts'), '::after')).toBe(marked)
    await page.getByRole('combobox', { name: 'Filter by owner' }).click()
    await expect(page.getByRole('option').first()).toBeVisible()
    await page.keyboard.press('ArrowDown')
    await expect(page.locator('.menu-item[data-highlighted]')).toHaveCSS('outline-color', marked)
    await page.keyboard.press('Escape')
    await app.tab('Overview').click()
    expect(await background(page.locator('.bar-track span').first())).toBe(marked)
    expect(await background(page.locator('.month:enabled span').first())).toBe(marked)
  })
})

function background(element: import('@playwright/test').Locator, part?: string): Promise<string> {
  return element.evaluate((node, pseudo) => getComputedStyle(node, pseudo).backgroundColor, part)
}

/** How far the page can be scrolled sideways. */
function overflow(page: import('@playwright/test').Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}
