import { describe, expect, test } from 'vitest'
import { wordPattern } from './word-pattern'

describe('wordPattern', () => {
  test.each([
    ['zoe', 'Zoë'],
    ['ZOE', 'zoë'],
    ['Zoë', 'Zoe'],
    ['zoe', 'Zoe\u0308'],
    ['bergstrom', 'Bergström & Söhne'],
    ['ольга', 'ОЛЬГА'],
    ['a+b', 'x A+B y'],
    ['50%', '50% off'],
    ['r-b', 'R-B'],
  ])('%s finds %s', (word, text) => {
    expect(wordPattern(word).test(text)).toBe(true)
  })

  test('a pasted text of 100,000 letters is compared by its beginning', () => {
    expect(wordPattern('é'.repeat(100_000)).test('e'.repeat(2_000))).toBe(true)
    expect(wordPattern('e'.repeat(100_000)).test('Zoo')).toBe(false)
  })

  test('another letter is another word', () => {
    expect(wordPattern('zoe').test('Zoo')).toBe(false)
  })
})
