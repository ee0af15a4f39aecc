import { allow, BERGSTROM, deny, NORTHWIND } from './support/app-page'
import { expect, expectAccessible, test } from './support/test'

test.describe('several accounts', () => {
  test('a second account is added without the search in the first, and the switcher changes the table', async ({
    app,
    page,
  }) => {
    await app.connectEarlier()
    await app.open({ portal: NORTHWIND.id, q: 'ann' })

    await app.openAccountMenu()
    await app.connect(BERGSTROM, page.getByRole('button', { name: 'Add another account' }))
    await expect(app.records.getByText(BERGSTROM.name)).toBeVisible()
    await expect(app.tab('Contacts')).toContainText('180')
    await expect(page.getByRole('searchbox', { name: 'Search contacts' })).toHaveValue('')

    await page.getByRole('button', { name: /Switch account/ }).click()
    const accounts = page.getByRole('dialog', { name: 'Accounts' })
    await expect(accounts.getByRole('button', { name: BERGSTROM.name })).toHaveAttribute('aria-current', 'true')
    await expectAccessible(accounts)
    await accounts.getByRole('button', { name: NORTHWIND.name }).click()

    await expect(app.connection(NORTHWIND)).toBeVisible()
    await expect(app.records.getByText(NORTHWIND.name)).toBeVisible()
    await expect(app.tab('Contacts')).toContainText('240')
    await expect(page).toHaveURL(/portal=24681012/)
  })

  test('disconnecting names the consequences, can be undone, then ends it', async ({ app, page }) => {
    await app.connectEarlier()
    await app.open()
    await app.loaded()
    const menu = await app.openAccountMenu()
    await menu.getByRole('button', { name: 'Disconnect' }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Disconnect Northwind Outfitters?' })
    await expect(dialog).toContainText('the stored access is deleted')
    await expect(dialog).toContainText('No record is changed or deleted')
    await expect(dialog.getByRole('button', { name: /^Export [\d,]+ records first$/ })).toBeVisible()
    await expectAccessible(dialog)
    await dialog.getByRole('button', { name: 'Disconnect' }).click()
    await expect(page.getByText(/Northwind Outfitters will be disconnected in \d+ s/).first()).toBeVisible()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(app.rows.first()).toBeVisible()

    await app.disconnect()

    await expect(app.connectButton).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Connect HubSpot', level: 1 })).toBeFocused()
    await page.reload()
    await expect(app.connectButton).toBeVisible()
  })

  test('an account that is not connected is never shown as another one', async ({ app, page }) => {
    await app.connectEarlier()
    await app.open({ portal: '999' })

    await expect(page.getByText('Account 999 is not connected')).toBeVisible()
    await expect(app.rows.first()).toBeHidden()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Show Northwind Outfitters' }).click()

    await expect(app.rows.first()).toBeVisible()
    await expect(page).toHaveTitle('Contacts · Northwind Outfitters · Integrations')
  })

  test('how a table is arranged is kept with its account, however the account is changed', async ({ app, page }) => {
    await app.connectEarlier()
    await app.connectEarlier(BERGSTROM)
    await app.open({ portal: NORTHWIND.id })
    const search = page.getByRole('searchbox', { name: 'Search contacts' })
    const switchTo = async (name: string) => {
      await page.getByRole('button', { name: /Switch account/ }).click()
      await page.getByRole('dialog', { name: 'Accounts' }).getByRole('button', { name }).click()
    }
    await search.fill('ann')

    await switchTo(BERGSTROM.name)
    await expect(app.connection(BERGSTROM)).toBeVisible()
    await expect(search).toHaveValue('')
    await switchTo(NORTHWIND.name)
    await expect(search).toHaveValue('ann')

    await page.getByRole('link', { name: /Airtable/ }).click()
    await page.getByRole('link', { name: /HubSpot/ }).click()
    await switchTo(NORTHWIND.name)
    await expect(search).toHaveValue('ann')
    await page.keyboard.press('Control+K')
    await page.keyboard.type('bergstrom')
    await page.getByRole('option', { name: BERGSTROM.name }).click()
    await expect(search).toHaveValue('')
    await page.keyboard.press('Control+K')
    await page.keyboard.type('northwind')
    await page.getByRole('option', { name: NORTHWIND.name }).click()
    await expect(search).toHaveValue('ann')
  })

  test('an account that is connected again while it waits to be disconnected stays', async ({ app, page }) => {
    await app.connectEarlier()
    await app.open()
    const menu = await app.openAccountMenu()
    await menu.getByRole('button', { name: 'Disconnect' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click()
    await expect(page.getByText(/will be disconnected in/).first()).toBeVisible()

    await app.openAccountMenu()
    await app.connect(NORTHWIND, page.getByRole('button', { name: 'Add another account' }))

    await expect(page.getByText('Northwind Outfitters is connected')).toBeVisible()
    // Sooner than after the ten seconds.
    await expect(page.getByText(/will be disconnected in/).first()).toBeHidden({ timeout: 3_000 })
    await expect(app.connection(NORTHWIND)).toBeVisible()
  })

  test('an address shows the account that it names; disconnecting it shows the other under its own', async ({
    app,
    page,
  }) => {
    await app.connectEarlier(BERGSTROM)
    await app.connectEarlier()
    await app.open({ portal: NORTHWIND.id, type: 'companies' })
    await expect(app.tab('Companies')).toHaveAttribute('aria-selected', 'true')
    await expect(app.records.getByText(NORTHWIND.name)).toBeVisible()

    await app.disconnect()

    await expect(page.getByText('Northwind Outfitters is disconnected')).toBeVisible()
    await expect(app.connection(BERGSTROM)).toBeVisible()
    await expect(page).toHaveURL(new RegExp(`portal=${BERGSTROM.id}`))
  })
})

test.describe('access', () => {
  test('more access is asked for: a denial, what cannot be granted, and another account are each named', async ({
    app,
    page,
  }) => {
    await app.connectEarlier(BERGSTROM)
    await app.open()
    await app.tab('Tickets').click()

    await expect(page.getByText('Tickets need access')).toBeVisible()
    const grant = app.records.getByRole('button', { name: 'Grant tickets too' })

    await deny(await app.openConsent(grant))
    await expect(page.getByText(`${BERGSTROM.name} is unchanged`)).toBeVisible()

    const popup = await app.openConsent(grant)
    await expect(popup.getByText('Read and write tickets')).toBeVisible()

    await allow(popup, BERGSTROM)
    await expect(page.getByText(`${BERGSTROM.name} did not grant this access`)).toBeVisible()
    await expect(page.getByText(`${BERGSTROM.name} is connected`)).toBeHidden()

    await allow(await app.openConsent(grant), NORTHWIND)
    await expect(page.getByText(`${NORTHWIND.name} is connected, not ${BERGSTROM.name}`)).toBeVisible()
    await expect(app.connection(BERGSTROM)).toBeVisible()
  })

  test('withdrawn access is found at the next use; one click reconnects', async ({
    app,
    page,
    simulator,
    tolerated,
  }) => {
    tolerated.push(/status of 409/)
    await app.open({ sort: 'created' })
    await app.connect()
    await app.loaded()
    await expect(page.getByText(`${NORTHWIND.name} is connected`)).toBeVisible()
    await simulator.revoke(NORTHWIND.id)

    await page.getByRole('button', { name: 'Reload records' }).click()

    await expect(page.getByText('Reconnect Northwind Outfitters')).toBeVisible()
    await expect(page.getByText(`${NORTHWIND.name} is connected`)).toBeHidden()
    await expect(app.rows.first()).toContainText('Grace Jensen')
    await expect(app.records.getByText('Not up to date')).toBeVisible()
    await expectAccessible(page)

    await app.connect(NORTHWIND, page.getByRole('button', { name: 'Reconnect' }))

    await expect(page.getByText('Reconnect Northwind Outfitters')).toBeHidden()
    await expect(app.connection()).toContainText('Connected')
  })
})
