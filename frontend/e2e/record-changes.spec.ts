import { NORTHWIND } from './support/app-page'
import { expect, expectAccessible, test } from './support/test'

test('a record shows on demand what its properties were before', async ({ app, simulator }) => {
  await simulator.create(NORTHWIND.id, 'deals', { dealname: 'Zeppelin', dealstage: 'contractsent', amount: '5' })
  await app.connectEarlier()
  const [deal] = await app.listed({ object_types: 'deals', q: 'Zeppelin' })
  const id = deal?.id ?? ''
  await simulator.update(NORTHWIND.id, 'deals', id.split('_')[0] ?? '', { dealstage: 'closedwon' })
  await app.open({ type: 'deals', item: id })
  const changes = app.record('Zeppelin').locator('.record-section', { hasText: 'Changes' })

  await changes.getByRole('button', { name: 'Show what changed' }).click()

  const newest = changes.getByRole('listitem').first()
  await expect(newest).toContainText(/Stage.*Edited by a user/)
  await expect(newest.getByRole('deletion')).toHaveText('Before: Contract Sent')
  await expect(newest.getByRole('insertion')).toHaveText('After: Closed Won')
  await expect(changes.getByRole('button', { name: 'Read changes again' })).toBeFocused()
  await expectAccessible(app.record('Zeppelin'))
})
