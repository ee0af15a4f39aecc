/** The page as a person uses it. */
import { expect, type Locator, type Page } from '@playwright/test'
import type { Simulator } from './simulator'

/** The simulator's two accounts. */
export const NORTHWIND = { id: '24681012', name: 'Northwind Outfitters' }
export const BERGSTROM = { id: '139876543', name: 'Bergström & Söhne GmbH' }

interface ListedItem {
  readonly id: string
  readonly name: string
  readonly object_type: string
  readonly associations: Readonly<Record<string, readonly string[]>> | null
}

export class AppPage {
  readonly connectButton: Locator
  readonly records: Locator
  readonly table: Locator
  readonly rows: Locator
  readonly load: Locator

  constructor(
    readonly page: Page,
    readonly url: string,
    readonly user: string,
    readonly simulator: Simulator,
  ) {
    this.connectButton = page.getByRole('button', { name: 'Connect HubSpot' })
    this.records = page.getByRole('region', { name: 'Records' })
    this.table = this.records.getByRole('grid')
    this.rows = this.table.locator('[data-id]')
    this.load = page.getByRole('group', { name: 'Load' })
  }

  /** `query` is laid over the test's own user. */
  async open(query: Readonly<Record<string, string>> = {}): Promise<void> {
    const search = new URLSearchParams({ user_id: this.user, ...query })
    await this.page.goto(`${this.url}/?${search.toString()}`)
  }

  /** Clicks and gives the window that opens, at the vendor's consent page. */
  async openConsent(button: Locator = this.connectButton): Promise<Page> {
    const [popup] = await Promise.all([this.page.waitForEvent('popup'), button.click()])
    await popup.waitForURL((url) => url.origin === this.simulator.url)
    return popup
  }

  /** Connected before the page is opened, as on an earlier day. */
  async connectEarlier(account = NORTHWIND): Promise<void> {
    await connectEarlier(this.url, this.user, account)
  }

  /** Turns sync on for these types and waits until they are loaded, as on an earlier day. */
  async enableSync(types: readonly string[]): Promise<void> {
    const url = `${this.url}/integrations/hubspot/sync?user_id=${this.user}`
    const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'integrations-ui' }
    const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ object_types: types }) })
    expect(answer.status, await answer.text()).toBe(202)
    const verifiedAt = async () => ((await (await fetch(url)).json()) as { verified_at: string | null }).verified_at
    await expect.poll(verifiedAt, { timeout: 20_000, intervals: [100] }).not.toBeNull()
  }

  /** Starts a run of the sync, as another program does. */
  async startRun(kind: 'poll' | 'verify'): Promise<void> {
    const answer = await fetch(`${this.url}/integrations/hubspot/sync/runs?user_id=${this.user}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'integrations-ui' },
      body: JSON.stringify({ kind }),
    })
    expect(answer.status, await answer.text()).toBe(202)
  }

  /** From the click to the connected account. */
  async connect(account = NORTHWIND, button: Locator = this.connectButton): Promise<void> {
    await allow(await this.openConsent(button), account)
    await expect(this.connection(account)).toBeVisible()
  }

  /** The header of the connected account. */
  connection(account = NORTHWIND): Locator {
    return this.page.getByRole('region', { name: 'Account', exact: true }).filter({ hasText: account.name })
  }

  /** Opens the facts of the account, its access and its actions. */
  async openAccountMenu(): Promise<Locator> {
    await this.page.getByRole('button', { name: 'Account details' }).click()
    return this.page.getByRole('dialog', { name: 'Account details' })
  }

  /** The opened record beside the table. */
  record(name: string | RegExp): Locator {
    return this.page.locator('section.record').and(this.page.getByRole('region', { name }))
  }

  /** Chooses to disconnect the account, and does not wait for the countdown. */
  async disconnect(): Promise<void> {
    const menu = await this.openAccountMenu()
    await menu.getByRole('button', { name: 'Disconnect' }).click()
    await this.page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click()
    await this.page.getByRole('button', { name: 'Disconnect now' }).click()
  }

  /** Until the load of everything is over, complete. */
  async loaded(timeout?: number): Promise<void> {
    await expectSoon(this.load.getByText(/^All .* records loaded$/), timeout)
  }

  /** Loaded, and its rows in their final order, which they get a moment later: for what holds to a row. */
  async arranged(): Promise<void> {
    await this.loaded()
    await this.page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve, { timeout: 5_000 })))
  }

  /** Where the table begins, in pixels from the window's top. */
  async tableTop(): Promise<number> {
    await expect(this.rows.first()).toBeVisible()
    const box = await this.table.boundingBox()
    if (!box) throw new Error('the table is not displayed')
    return box.y
  }

  /** What a column's head sorts by. */
  sortButton(header: string): Locator {
    return this.table.getByRole('columnheader', { name: header }).getByRole('button', { name: header, exact: true })
  }

  /** Opens the menu of a column's head. */
  async openColumnMenu(header: string): Promise<Locator> {
    await this.table.getByRole('button', { name: `Options for the column ${header}` }).click()
    return this.page.getByRole('dialog', { name: header })
  }

  /** The first records that the service lists for these parameters. */
  async listed(query: Readonly<Record<string, string>>): Promise<readonly ListedItem[]> {
    const search = new URLSearchParams({ user_id: this.user, ...query })
    const answer = await fetch(`${this.url}/integrations/hubspot/items?${search.toString()}`)
    return ((await answer.json()) as { items: ListedItem[] }).items
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${name}`) })
  }
}

/** Visible, for what takes about a second: it is looked for ten times in one, where an assertion looks twice. */
export async function expectSoon(locator: Locator, timeout?: number): Promise<void> {
  const options = { message: `visible: ${String(locator)}`, intervals: [100], ...(timeout && { timeout }) }
  await expect.poll(() => locator.isVisible(), options).toBe(true)
}

/**
 * Connects an account to the user, and begins to count its records.
 *
 * HubSpot's limit makes a count of all types take more than a second; opening a page takes one as well. Whether the count
 * succeeds is the page's matter, which requests the same and joins it.
 */
export async function connectEarlier(url: string, user: string, account = NORTHWIND): Promise<void> {
  const start = await fetch(`${url}/integrations/hubspot/authorize?user_id=${user}`, {
    headers: { Accept: 'application/json' },
  })
  const { authorization_url } = (await start.json()) as { authorization_url: string }
  const form = new URLSearchParams({ decision: 'allow', portal_id: account.id })
  const consent = await fetch(authorization_url, { method: 'POST', body: form, redirect: 'manual' })
  const cookie = start.headers.getSetCookie().map((header) => header.split(';')[0])
  const back = await fetch(consent.headers.get('location') ?? '', { headers: { Cookie: cookie.join('; ') } })
  expect(back.status, await back.text()).toBe(200)
  void fetch(`${url}/integrations/hubspot/object-types?user_id=${user}`).then(
    (counts) => counts.text(),
    () => undefined,
  )
}

/** Chooses the account on the consent page and allows. */
export async function allow(popup: Page, account = NORTHWIND): Promise<void> {
  await popup.getByRole('radio', { name: account.name }).check()
  const closed = popup.waitForEvent('close')
  await popup.getByRole('button', { name: 'Allow' }).click()
  await closed
}

export async function deny(popup: Page): Promise<void> {
  const closed = popup.waitForEvent('close')
  await popup.getByRole('button', { name: 'Deny' }).click()
  await closed
}
