/** The picture the README shows. */
import { expect, test } from '../support/test'

test.use({ records: null, colorScheme: 'light', viewport: { width: 1280, height: 760 } })

test('the page after connecting', async ({ app, page }) => {
  await app.connectEarlier()
  await app.open()
  await app.loaded()
  await expect(app.rows.first()).toBeVisible()
  await page.evaluate(() => document.fonts.ready)

  const picture = await page.screenshot({ path: 'docs/connected.png', animations: 'disabled', caret: 'hide' })

  expect(picture.byteLength).toBeLessThan(200_000)
})
