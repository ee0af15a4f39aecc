import { describe, expect, test } from 'vitest'
import { counted } from './counted'
import { strings as english } from './strings'
import { strings as germanOf } from './translations/de'

const german = germanOf(counted)

describe('one of them', () => {
  test('is said so in English', () => {
    expect(english.overview.records(1)).toBe('1 record')
    expect(english.overview.bars('Amount in EUR', 1)).toBe('Bar length: amount in EUR · 1 record')
    expect(english.overview.range('Jan', 'Dec', '0', 1)).toBe('Jan – Dec · 0 of 1 record')
    expect(english.overview.others(1)).toBe('1 other')
    expect(english.detail.moreChanges(1)).toBe('Show 1 earlier change')
  })

  test('is said so in German', () => {
    expect(german.overview.records(1)).toBe('1 Datensatz')
    expect(german.overview.bars('Betrag in EUR', 1)).toBe('Balkenlänge: Betrag in EUR · 1 Datensatz')
    expect(german.overview.range('Jan.', 'Dez.', '0', 1)).toBe('Jan. – Dez. · 0 von 1 Datensatz')
    expect(german.detail.moreChanges(1)).toBe('1 frühere Änderung anzeigen')
  })
})

test('several are said so in both', () => {
  expect(english.overview.records(2)).toBe('2 records')
  expect(english.overview.others(2)).toBe('2 others')
  expect(german.overview.range('Jan.', 'Dez.', '1', 2)).toBe('Jan. – Dez. · 1 von 2 Datensätzen')
})
