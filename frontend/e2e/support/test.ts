/** What every browser test has: running servers, a user of its own, a clean simulator, and a watch on the console. */
import { test as base, expect, type Page } from '@playwright/test'
import { AppPage, connectEarlier, NORTHWIND } from './app-page'
import { startFurtherTypes, type FurtherTypes } from './further-types'
import { startProduction, type Production } from './production'
import { startServers, type Servers } from './servers'
import type { Simulator } from './simulator'
import { startSubPath, type SubPath } from './sub-path'

interface Fixtures {
  readonly app: AppPage
  readonly simulator: Simulator
  /** So many records of each type; null leaves the simulator's own, of which there are more. */
  readonly records: Readonly<Record<string, number>> | null
  /** False for tests that change nothing at the simulator: it is not reset, and they share a user with a connected account. */
  readonly fresh: boolean
  readonly user: string
  /** Console messages the test expects, such as of a request that fails on purpose. */
  readonly tolerated: RegExp[]
}

/** The further services start with the first test that needs one. In a spec of their own they would start a new worker. */
interface WorkerFixtures {
  readonly servers: Servers
  readonly furtherTypes: FurtherTypes
  readonly production: Production
  readonly subPath: SubPath
}

const SMALL = {
  ...{ contacts: 240, companies: 40, deals: 80, tickets: 30 },
  ...{ calls: 4, emails: 4, meetings: 4, notes: 4, tasks: 4 },
}

const FOR_A_WORKER = { scope: 'worker', timeout: 60_000 } as const

let users = 0
/** The user of all tests that change nothing: while that is so, the account is connected and counted once. */
let settled: string | null = null

export const test = base.extend<Fixtures, WorkerFixtures>({
  servers: [async ({}, use) => during(use, await startServers()), FOR_A_WORKER],
  furtherTypes: [async ({ servers }, use) => during(use, await startFurtherTypes(servers)), FOR_A_WORKER],
  production: [async ({ servers }, use) => during(use, await startProduction(servers)), FOR_A_WORKER],
  subPath: [async ({ servers }, use) => during(use, await startSubPath(servers)), FOR_A_WORKER],
  // Enough for two pages, few enough to be loaded in a moment.
  records: [SMALL, { option: true }],
  fresh: [true, { option: true }],
  simulator: async ({ servers, records, fresh }, use) => {
    if (fresh) settled = null
    if (settled === null) {
      await servers.simulator.reset()
      // All tests of a worker share HubSpot's limits of one account: each would wait for what the ones before it used.
      await servers.simulator.liftLimits()
      if (records) await servers.simulator.seed(NORTHWIND.id, records)
    }
    await use(servers.simulator)
  },
  // Before the page is made: by then the records have been counted in part.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- only for the order: first the simulator is reset
  user: async ({ servers, simulator: _, fresh }, use) => {
    const user = settled ?? newUser()
    if (!fresh && settled === null) {
      await connectEarlier(servers.url, user)
      settled = user
    }
    await use(user)
  },

  tolerated: async ({}, use) => {
    await use([])
  },
  app: async ({ user, page, servers, simulator, tolerated }, use, info) => {
    const complaints = watchConsole(page)
    if (process.env['SLOW_PAGE']) await slowDown(page, Number(process.env['SLOW_PAGE']))
    await use(new AppPage(page, servers.url, user, simulator))
    if (info.status !== info.expectedStatus)
      await info.attach('the service', { body: servers.service.output, contentType: 'text/plain' })
    const unexpected = complaints.filter((text) => !tolerated.some((pattern) => pattern.test(text)))
    expect(unexpected, 'nothing in the console').toEqual([])
  },
})

export { expect }
export { expectAccessible, expectAccessibleInBothThemes } from './accessible'

/** Makes the page slow, as on a busy machine: its scripts take `rate` times as long. */
async function slowDown(page: Page, rate: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate })
}

async function during<T extends { stop: () => Promise<void> }>(use: (it: T) => Promise<void>, it: T): Promise<void> {
  await use(it)
  await it.stop()
}

function newUser(): string {
  users += 1
  return `user-${String(process.pid)}-${String(users)}`
}

function watchConsole(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return complaints
}
