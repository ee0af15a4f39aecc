/** Whether everybody can use what is on the screen, as far as axe can judge. */
import { expect, type Locator, type Page } from '@playwright/test'
import axe from 'axe-core'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/**
 * Every rule of WCAG 2.2, levels A and AA, that axe can judge; or only the named ones.
 *
 * Of the page, or of what is opened over a page that has been judged: the page takes three times as long as a dialog.
 */
export async function expectAccessible(part: Page | Locator, rules: string[] = WCAG): Promise<void> {
  const root = 'goto' in part ? part.locator('html') : part
  await expect(root).toBeVisible()
  await root.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)))
  // Once a document; it takes as long as judging a dialog.
  if (!(await root.evaluate(() => 'axe' in window))) await root.page().evaluate(axe.source)
  const found = await root.evaluate(async (element, runOnly) => {
    const judge = (window as unknown as { axe: typeof axe }).axe
    // Only what is wrong: names for all that is right take as long again.
    const { violations } = await judge.run(element, { runOnly, resultTypes: ['violations'] })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`)
  }, rules)
  expect(found).toEqual([])
}

/** In the light theme and in the dark one, which changes nothing but colors. */
export async function expectAccessibleInBothThemes(part: Page | Locator): Promise<void> {
  const page = 'goto' in part ? part : part.page()
  await page.emulateMedia({ colorScheme: 'light' })
  await expectAccessible(part)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectAccessible(part, ['color-contrast'])
  await page.emulateMedia({ colorScheme: null })
}
