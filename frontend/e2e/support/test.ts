/** What every browser test has: running servers, a user of its own, a clean simulator, and a watch on the console. */
import { AxeBuilder } from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'
import { AppPage } from './app-page'
import { startServers, type Servers } from './servers'
import type { Simulator } from './simulator'

interface Fixtures {
  readonly app: AppPage
  readonly simulator: Simulator
  /** Console messages the test expects, such as of a request that fails on purpose. */
  readonly tolerated: RegExp[]
}

interface WorkerFixtures {
  readonly servers: Servers
}

let users = 0

export const test = base.extend<Fixtures, WorkerFixtures>({
  servers: [
    async ({}, use) => {
      const servers = await startServers()
      await use(servers)
      await servers.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  simulator: async ({ servers }, use) => {
    await servers.simulator.reset()
    await use(servers.simulator)
  },

  tolerated: async ({}, use) => {
    await use([])
  },
  app: async ({ page, servers, simulator, tolerated }, use, info) => {
    const complaints = watchConsole(page)
    users += 1
    await use(new AppPage(page, servers.url, `user-${String(process.pid)}-${String(users)}`, simulator))
    if (info.status !== info.expectedStatus)
      await info.attach('the service', { body: servers.service.output, contentType: 'text/plain' })
    const unexpected = complaints.filter((text) => !tolerated.some((pattern) => pattern.test(text)))
    expect(unexpected, 'nothing in the console').toEqual([])
  },
})

export { expect }

/** Every rule of WCAG 2.2, levels A and AA, that axe can judge. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)))
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`)
  expect(found).toEqual([])
}

function watchConsole(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return complaints
}
