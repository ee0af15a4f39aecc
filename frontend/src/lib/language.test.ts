import { expect, test } from 'vitest'
import { chooseLocale } from './language'

test('numbers and dates have the language of the texts', () => {
  expect(chooseLocale(['de-DE', 'de'])).toEqual({ language: 'en', locale: 'en' })
})

test('the browser’s region is kept where the language is known', () => {
  expect(chooseLocale(['fr', 'en-GB', 'en'])).toEqual({ language: 'en', locale: 'en-GB' })
})
