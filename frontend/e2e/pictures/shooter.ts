/** Takes a picture of the page's present state in every look: light and dark, from a phone to a large screen. */
import type { Page } from '@playwright/test'

/** From the largest: what a small screen has no room for closes. */
const SIZES = [
  { size: '1920', width: 1920, height: 1080 },
  { size: 'desktop', width: 1280, height: 800 },
  { size: 'tablet', width: 820, height: 1100 },
  { size: 'phone', width: 390, height: 780 },
] as const
const SCHEMES = ['light', 'dark'] as const
/** What opens and moves when the window changes has come to rest. */
const SETTLED_MS = 250

export type Shoot = (name: string) => Promise<void>

/** Pictures go to `screenshots/<name>-<size>-<scheme>.png`. The page is left on a desktop, in the light theme. */
export function shooter(page: Page): Shoot {
  const look = async (width: number, height: number, colorScheme: (typeof SCHEMES)[number]) => {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    await page.waitForTimeout(SETTLED_MS)
  }
  return async (name) => {
    await page.evaluate(() => document.fonts.ready)
    for (const { size, width, height } of SIZES)
      for (const scheme of SCHEMES) {
        await look(width, height, scheme)
        const path = `screenshots/${name}-${size}-${scheme}.png`
        await page.screenshot({ path, animations: 'disabled', caret: 'hide' })
      }
    await look(1280, 800, 'light')
  }
}
