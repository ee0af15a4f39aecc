/** Requests that arrive when a test wants them to. */
import type { Page, Route } from '@playwright/test'

/** Holds back the requests to an address until the returned function is called. */
export async function holdBack(page: Page, url: RegExp): Promise<() => Promise<void>> {
  const held: Route[] = []
  await page.route(url, (route) => {
    held.push(route)
  })
  return async () => {
    for (const route of held) await route.continue()
    await page.unroute(url)
  }
}
