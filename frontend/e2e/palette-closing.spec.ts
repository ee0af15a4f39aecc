import { expect, test } from './support/test'

test.use({ fresh: false })

test('a palette opened again before it has closed begins empty, and what was chosen in it is done', async ({
  app,
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'no-preference' }) // reduced motion would close it at once
  await app.open()
  await app.arranged()
  const palette = page.getByRole('dialog', { name: 'Command palette' })
  const field = palette.getByRole('combobox')
  await page.keyboard.press('Control+k')
  await field.fill('nakamura')

  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await expect(field).toBeFocused()
  await page.keyboard.type('tickets')
  await expect(field).toHaveValue('tickets')

  const first = palette.getByRole('option').first()
  await expect(first).toHaveAccessibleName(/^Tickets/)
  await expect(first).toHaveAttribute('data-highlighted')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+k')
  await expect(field).toBeFocused()
  await expect(page).toHaveURL(/type=tickets/)
})
