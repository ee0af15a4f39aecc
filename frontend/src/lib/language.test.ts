import { afterEach, describe, expect, test, vi } from 'vitest'
import { chooseLanguage, chooseLocale, chosenLanguage, LANGUAGES } from './language'

const KNOWN = ['en', 'de']

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('chooseLocale', () => {
  test.each([
    ['the first of the browser’s languages that there are texts in', ['fr', 'de-AT', 'en'], 'de', 'de-AT'],
    ['the browser’s region', ['en-GB', 'en'], 'en', 'en-GB'],
    ['English, also for numbers and dates, when there are no texts in any', ['fr-FR', 'it'], 'en', 'en'],
    ['no tag that formatters refuse', ['en-US@posix', 'en-GB'], 'en', 'en-GB'],
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

test('the language of an application on the same host is another one', () => {
  const stored = new Map([['language', 'de']])
  const localStorage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  }
  vi.stubGlobal('window', { localStorage, location: { reload: vi.fn() } })

  expect(chosenLanguage()).toBeNull()
  chooseLanguage('en')

  expect(chosenLanguage()).toBe('en')
  expect(stored.get('language')).toBe('de')
})
