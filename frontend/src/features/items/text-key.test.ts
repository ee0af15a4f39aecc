import { expect, test } from 'vitest'
import { textKey } from './text-key'

test('keys order numbers by size, and look past case and accents', () => {
  const sorted = ['Deal 10', 'deal 9', 'Zoë', 'zoe a', 'Élan', 'eland'].sort((a, b) =>
    textKey(a) < textKey(b) ? -1 : 1,
  )

  expect(sorted).toEqual(['deal 9', 'Deal 10', 'Élan', 'eland', 'Zoë', 'zoe a'])
})
