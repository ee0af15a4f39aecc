import type { Locator } from '@playwright/test'
import { expect, test } from './support/test'

/** Columns whose headers are longer than their values. */
const COLUMNS = [
  'email',
  'company',
  'lifecyclestage',
  'hs_marketable_until_renewal',
  'num_associated_deals',
  'modified',
]
const WIDTHS = [1280, 768, 390]

for (const [locale, name] of [
  ['en-US', 'English'],
  ['de-DE', 'German'],
] as const)
  test.describe(`the header of the table in ${name}`, () => {
    test.use({ fresh: false, locale })

    test('has cells that do not overlap, whatever the width', async ({ app, page }) => {
      await app.open({ cols: COLUMNS.join(',') })
      const cells = app.page.getByRole('grid').getByRole('columnheader')
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 720 })
        await expect(cells.first()).toBeVisible()
        await expect.poll(() => overlaps(cells), `at ${String(width)} pixels`).toEqual([])
      }
    })
  })

/** Pairs of texts that touch, and texts that leave their cell. */
function overlaps(cells: Locator): Promise<string[]> {
  return cells.evaluateAll((elements) => {
    const boxes = elements.map((cell) => {
      const text = cell.querySelector('button span') ?? cell
      return { name: cell.textContent, cell: cell.getBoundingClientRect(), text: text.getBoundingClientRect() }
    })
    const faults = boxes.flatMap(({ name, cell, text }, index) => {
      const next = boxes[index + 1]
      const leaves = text.left < cell.left - 1 || text.right > cell.right + 1 ? [`${name} leaves its cell`] : []
      const touches = next && (cell.right > next.cell.left + 1 || text.right > next.text.left)
      return touches ? [...leaves, `${name} overlaps ${next.name}`] : leaves
    })
    return boxes.length > 1 ? faults : ['fewer than two columns']
  })
}
