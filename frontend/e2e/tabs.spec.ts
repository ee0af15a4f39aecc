import { NORTHWIND } from './support/app-page'
import { expect, test } from './support/test'

test('what one tab connects and disconnects, the other tab knows', async ({ app, page, context }) => {
  const other = await context.newPage()
  await app.open()
  await expect(app.connectButton).toBeVisible()
  await other.goto(page.url())
  await expect(other.getByRole('button', { name: 'Connect HubSpot' })).toBeVisible()

  await app.connect()
  const card = other.getByRole('region', { name: 'Account', exact: true })
  await expect(card).toContainText(NORTHWIND.name)
  const notice = other.getByRole('status').filter({ hasText: `New connection: ${NORTHWIND.name}` })
  await expect(notice).toContainText(`HubSpot account ${NORTHWIND.id} was connected`)
  await expect(page.getByText('New connection')).toBeHidden()
  await notice.getByRole('button', { name: 'Dismiss' }).click()
  await expect(notice).toBeHidden()
  await other.reload()
  await expect(card).toContainText(NORTHWIND.name)
  await expect(notice).toBeHidden()
  await app.disconnect()

  await expect(other.getByRole('button', { name: 'Connect HubSpot' })).toBeVisible()
})
