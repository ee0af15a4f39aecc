import { deny } from './support/app-page'
import { StockUi } from './support/stock-ui'
import { expect, test } from './support/test'

const FIELDS = [
  ...['id', 'type', 'directory', 'parent_path_or_name', 'parent_id', 'name', 'creation_time', 'last_modified_time'],
  ...['url', 'children', 'mime_type', 'delta', 'drive_id', 'visibility'],
]
const ACCOUNTS = {
  hubspot: { account: 'Bergström & Söhne GmbH', type: 'Contact' },
  airtable: { account: 'anna.bergstroem@bergstroem.example', type: 'Base' },
  notion: { account: 'Bergström & Söhne', type: 'Page' },
}

test.describe('the stock UI, from its own origin', () => {
  for (const [provider, { account, type }] of Object.entries(ACCOUNTS)) {
    test(`connects ${provider} and lists its items`, async ({ page, servers }) => {
      const stock = await StockUi.open(page, servers.url, `stock-${provider}`)
      await stock.choose(provider)

      const popup = await stock.openConsent()
      await popup.getByRole('radio', { name: account }).check()
      await popup.getByRole('button', { name: 'Allow' }).click()
      await expect(stock.state).toHaveText('Connected')
      await stock.load()

      await expect(stock.items.first()).toBeVisible()
      const item = JSON.parse(await stock.items.first().innerText()) as Record<string, unknown>
      expect(Object.keys(item)).toEqual(FIELDS)
      // Object types are read side by side: which comes first is nobody's promise.
      await expect(stock.items.filter({ hasText: `"type":"${type}"` }).first()).toBeAttached()
      expect(stock.said).toEqual([])
      await stock.expectNoTokens()
    })
  }

  test('a declined consent is said in one sentence', async ({ page, servers }) => {
    const stock = await StockUi.open(page, servers.url, 'stock-denied')

    await deny(await stock.openConsent())

    await expect.poll(() => stock.said).toEqual(['No credentials found.'])
    await expect(stock.state).toBeEmpty()
  })

  test('credentials of one integration do not open another', async ({ page, servers }) => {
    const stock = await StockUi.open(page, servers.url, 'stock-mixed')
    await stock.choose('notion')
    const popup = await stock.openConsent()
    await popup.getByRole('button', { name: 'Allow' }).click()
    await expect(stock.state).toHaveText('Connected')

    await stock.choose('airtable')
    await stock.load()

    await expect.poll(() => stock.said).toEqual([expect.stringContaining('another integration')])
  })
})
