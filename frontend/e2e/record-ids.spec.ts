import { AppPage, NORTHWIND } from './support/app-page'
import { expect, test } from './support/test'

// In one worker, which starts the further service.
test.describe.configure({ mode: 'default' })

const CUSTOM_TYPE = '2-3456789'
const FEW = { contacts: 8, companies: 3, deals: 6, line_items: 6, machines: 3 }

for (const { type, label, suffix, partners, partner } of [
  { type: 'line_items', label: 'Machine', suffix: 'LineItem', partners: 'deals', partner: 'Deal' },
  { type: CUSTOM_TYPE, label: 'Fahrzeug/Gerät', suffix: 'Fahrzeug/Gerät', partners: 'contacts', partner: 'Contact' },
  { type: CUSTOM_TYPE, label: 'Sales_Order', suffix: 'SalesOrder', partners: 'contacts', partner: 'Contact' },
])
  test(`a record whose id ends with ${suffix} opens by its address, leads to its ${partners}, and back`, async ({
    page,
    simulator,
    furtherTypes,
  }, { testId }) => {
    const app = new AppPage(page, furtherTypes.url, `ids-${testId}`, simulator)
    await simulator.seed(NORTHWIND.id, { ...FEW, custom_label: label })
    await app.connectEarlier()
    const items = await app.listed({ object_types: type })
    const item = items.find(({ associations }) => associations?.[partners]?.length)
    expect(item?.id).toMatch(new RegExp(`^\\d+_${suffix}$`))
    const answer = page.waitForResponse(/\/items\/\d+_/)

    // Beside the records of another type, it is requested by its id.
    await app.open({ item: item?.id ?? '' })

    expect((await answer).status()).toBe(200)
    const record = app.record(item?.name ?? '')
    await expect(record).toBeVisible()
    await expect(record.getByRole('link', { name: 'Open in HubSpot' })).toHaveAttribute(
      'href',
      new RegExp(`/${item?.id.split('_')[0] ?? ''}$`),
    )
    await record.locator('.association').first().click()
    await expect(page).toHaveURL(new RegExp(`item=\\d+_${partner}`))
    await page.goBack()
    await expect(record).toBeVisible()
  })
