import { describe, expect, test } from 'vitest'
import { chooseLocale, LANGUAGES } from './language'

const KNOWN = ['en', 'de']

describe('chooseLocale', () => {
  test.each([
    ['the first of the browser’s languages that there are texts in', ['fr', 'de-AT', 'en'], 'de', 'de-AT'],
    ['the browser’s region', ['en-GB', 'en'], 'en', 'en-GB'],
    ['English, also for numbers and dates, when there are no texts in any', ['fr-FR', 'it'], 'en', 'en'],
    ['no language by its first letters alone', ['den', 'enm'], 'en', 'en'],
  ])('takes %s', (_, preferred, language, locale) => {
    expect(chooseLocale(preferred, null, KNOWN)).toEqual({ language, locale })
  })

  test('the choice made on the page comes before the browser’s languages', () => {
    expect(chooseLocale(['en-US'], 'de', KNOWN)).toEqual({ language: 'de', locale: 'de' })
  })

  test('a chosen language keeps the browser’s region', () => {
    expect(chooseLocale(['en-US', 'de-CH'], 'de', KNOWN)).toEqual({ language: 'de', locale: 'de-CH' })
  })

  test('a chosen language that is no longer there leaves it to the browser', () => {
    expect(chooseLocale(['de-DE'], 'xx', KNOWN)).toEqual({ language: 'de', locale: 'de-DE' })
  })
})

test('each file of translations is a language', () => {
  expect(LANGUAGES).toEqual(['en', 'de'])
})
