import type { Page } from '@playwright/test'
import { BERGSTROM, NORTHWIND } from './support/app-page'
import { openLarge } from './support/large-account'
import { expect, expectAccessible, test } from './support/test'

const USUAL_MEDIA = { colorScheme: null, forcedColors: null, reducedMotion: null }

test.describe('the command palette', () => {
  test.use({ fresh: false })

  test('opens by Ctrl-K or its button, gives the focus back, and finds a record by name, whatever its accents', async ({
    app,
    page,
  }) => {
    await app.open()
    await app.arranged()
    await app.rows.first().focus()
    await page.keyboard.press('Control+k')
    await expect(field(page)).toBeFocused()
    await expectAccessible(page)
    await page.keyboard.press('Control+k')
    await expect(palette(page)).toBeHidden()
    await expect(app.rows.first()).toBeFocused()

    const button = page.getByRole('button', { name: 'Search or jump to…' })
    await button.click()
    await expect(field(page)).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(palette(page)).toBeHidden()
    await expect(button).toBeFocused()

    await page.keyboard.press('Control+k')
    await field(page).fill('zzz-nobody')
    await expect(palette(page).getByText('Nothing found for “zzz-nobody”')).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(palette(page)).toBeVisible()
    await expectAccessible(palette(page))
    await page.keyboard.press('Escape')
    await expect(palette(page)).toBeHidden()

    await jump(page, 'nakamura controls 1', /^Nakamura Controls 1 Company/)
    await expect(app.record('Nakamura Controls 1')).toBeVisible()
    await expect(app.tab('Companies')).toHaveAttribute('aria-selected', 'true')
    await expect(palette(page)).toBeHidden()
  })

  test('jumps to types and views, and runs what the page can do', async ({ app, page, tolerated }) => {
    tolerated.push(/status of 409/) // the state of a sync that is off
    await app.open({ type: 'deals', sort: '-amount', name: 'Largest' })
    await app.loaded()
    await page.getByRole('status').filter({ hasText: 'Largest' }).getByRole('button', { name: 'Save view' }).click()

    await jump(page, 'tick', /^Tickets/)
    await expect(app.tab('Tickets')).toHaveAttribute('aria-selected', 'true')
    await jump(page, 'largest', /^Largest Deals/)
    await expect(page).toHaveURL(/type=deals.*sort=-amount/)
    await jump(page, 'export', /^Export deals/)
    await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible()
    await page.keyboard.press('Escape')
    await jump(page, 'sync', /^Sync/)
    await expect(app.tab('Sync')).toHaveAttribute('aria-selected', 'true')
    await jump(page, 'disconnect', /^Disconnect Northwind Outfitters…/)
    const question = page.getByRole('alertdialog', { name: 'Disconnect Northwind Outfitters?' })
    await expect(question).toBeVisible()
    await page.keyboard.press('Control+k')
    await expect(palette(page)).toBeHidden()
    await question.getByRole('button', { name: 'Cancel' }).click()
  })

  test('is accessible and fits in the dark theme, in forced colors, and at 320 pixels without motion', async ({
    app,
    page,
  }) => {
    await app.open()
    await app.loaded()
    for (const [media, width] of [
      [{ colorScheme: 'dark' }, 1280],
      [{ forcedColors: 'active' }, 1280],
      [{ reducedMotion: 'reduce' }, 320],
    ] as const) {
      await page.emulateMedia({ ...USUAL_MEDIA, ...media })
      await page.setViewportSize({ width, height: 640 })
      await page.getByRole('button', { name: 'Search or jump to…' }).click()
      await field(page).fill('a')
      await page.keyboard.press('ArrowDown')

      await expect(palette(page).locator('[data-highlighted]')).toBeInViewport({ ratio: 1 })
      await expectAccessible(palette(page))
      const box = await palette(page).boundingBox()
      expect(box?.x).toBeGreaterThanOrEqual(0)
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width)
      await page.keyboard.press('Escape')
      await expect(palette(page)).toBeHidden()
    }
  })

  test('has another account one jump away', async ({ app, page }) => {
    await app.connectEarlier(BERGSTROM)
    await app.open({ portal: NORTHWIND.id })
    await expect(app.rows.first()).toBeVisible()

    await jump(page, 'bergstrom', /^Bergström & Söhne GmbH HubSpot/)

    await expect(app.connection(BERGSTROM)).toBeVisible()
    await expect(page).toHaveURL(new RegExp(`portal=${BERGSTROM.id}`))
  })
})

test('what is not loaded is found at HubSpot: a record by its name, anything by a search; one that fails is reported', async ({
  app,
  page,
  simulator,
}) => {
  await openLarge(app, simulator)
  await simulator.create(NORTHWIND.id, 'contacts', { firstname: 'Zelda', lastname: 'Faraway' })
  await simulator.settings({ latency_ms: 300 })
  const requests: URL[] = []
  page.on('request', (request) => requests.push(new URL(request.url())))

  await page.keyboard.press('Control+k')
  await field(page).fill('zelda far')
  const highlighted = palette(page).locator('[data-highlighted]')
  await expect(highlighted).toHaveAccessibleName('“zelda far” in Contacts')
  await page.keyboard.press('ArrowDown')
  await expect(highlighted).toHaveAccessibleName('“zelda far” in Companies')
  await expect(palette(page).getByText('Searching HubSpot…').first()).toBeVisible()
  const hit = palette(page)
    .getByRole('group', { name: 'Found in HubSpot' })
    .getByRole('option', { name: /^Zelda Faraway Contact/ })
  await expect(hit).toBeVisible()
  await expect(highlighted, 'the highlight stays where it is').toHaveAccessibleName('“zelda far” in Companies')
  await expectAccessible(palette(page))
  await palette(page).getByRole('option').last().hover()
  await expect(hit).toHaveAttribute('data-highlighted')
  await page.keyboard.press('Enter')

  await expect(app.record('Zelda Faraway')).toBeVisible()
  expect(searchesIn(requests)).toEqual(['contacts: zelda far', 'companies: zelda far', 'deals: zelda far'])
  expect(requests.filter(({ pathname }) => pathname.includes('/items/'))).toEqual([])

  await simulator.settings({ latency_ms: 0 })
  await page.keyboard.press('Control+k')
  await field(page).fill('only-an-address')
  const search = palette(page).getByRole('option', { name: '“only-an-address” in Contacts' })
  await expect(search).toBeVisible()
  while (!(await search.getAttribute('data-highlighted').then((mark) => mark !== null)))
    await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')

  await expect(page.getByText('HubSpot search results for “only-an-address”')).toBeVisible()
  await expect(app.rows.first()).toContainText('only-an-address')

  await simulator.fault('/crm/objects/[^/]+/(contacts|0-1)/search', 'status', { status: 400, times: null })
  await page.keyboard.press('Control+k')
  await field(page).fill('contacts')
  await expect(palette(page).getByText('The search in HubSpot failed.', { exact: false }).first()).toBeVisible()
  await expect(palette(page).getByRole('option', { name: 'Contacts', exact: true })).toBeVisible()
})

/** Type and text of each. */
function searchesIn(requests: readonly URL[]): string[] {
  return requests
    .filter(({ pathname, searchParams }) => pathname.endsWith('/items') && searchParams.has('q'))
    .map(({ searchParams }) => `${searchParams.get('object_types') ?? ''}: ${searchParams.get('q') ?? ''}`)
}

function palette(page: Page) {
  return page.getByRole('dialog', { name: 'Command palette' })
}

function field(page: Page) {
  return palette(page).getByRole('combobox')
}

/** By keyboard: the entry must be the first. */
async function jump(page: Page, text: string, entry: RegExp): Promise<void> {
  await page.keyboard.press('Control+k')
  await expect(field(page)).toBeFocused()
  await page.keyboard.type(text)
  await expect(palette(page).getByRole('option').first()).toHaveAccessibleName(entry)
  await expect(palette(page).getByRole('option').first()).toHaveAttribute('data-highlighted')
  await page.keyboard.press('Enter')
}
