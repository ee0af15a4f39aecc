/** The existing product's page, at its own origin; nothing but the page itself is made up. */
import { readFile } from 'node:fs/promises'
import { expect, type Locator, type Page } from '@playwright/test'

const ORIGIN = 'http://localhost:3000'
// What the simulated vendors' tokens look like; none may reach a browser.
const TOKEN = /\b(na1|eu1)-[\w-]{40,}|\boa[ar]_[0-9a-f]{16}|\bntn_[ar]_[0-9a-f]{16}/

export class StockUi {
  readonly said: string[] = []
  private readonly bodies: Promise<string>[] = []
  readonly state: Locator
  readonly items: Locator

  private constructor(readonly page: Page) {
    this.state = page.getByRole('status')
    this.items = page.getByRole('listitem')
  }

  /** `backend` is the service's address. */
  static async open(page: Page, backend: string, user: string): Promise<StockUi> {
    const stock = new StockUi(page)
    const body = await readFile(new URL('./stock-ui.html', import.meta.url), 'utf8')
    // A page that a test makes up counts as one from the internet, which may not talk to this machine unasked.
    await page.context().grantPermissions(['local-network-access'], { origin: ORIGIN })
    await page.route(`${ORIGIN}/**`, (route) => route.fulfill({ body, contentType: 'text/html' }))
    page.on('dialog', (dialog) => {
      stock.said.push(dialog.message())
      void dialog.dismiss()
    })
    page.context().on('response', (response) => {
      if (response.url().startsWith(backend)) stock.bodies.push(response.text().catch(() => ''))
    })
    await page.goto(`${ORIGIN}/?${new URLSearchParams({ backend, user }).toString()}`)
    return stock
  }

  async choose(provider: string): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Integration' }).selectOption(provider)
  }

  /** Clicks Connect and gives the vendor's consent page. */
  async openConsent(): Promise<Page> {
    const [popup] = await Promise.all([
      this.page.waitForEvent('popup'),
      this.page.getByRole('button', { name: 'Connect' }).click(),
    ])
    return popup
  }

  async load(): Promise<void> {
    await this.page.getByRole('button', { name: 'Load Data' }).click()
  }

  /** In any answer so far. */
  async expectNoTokens(): Promise<void> {
    const texts = await Promise.all(this.bodies)
    expect(texts.some((text) => text.length > 0)).toBe(true)
    expect(texts.filter((text) => TOKEN.test(text))).toEqual([])
  }
}
