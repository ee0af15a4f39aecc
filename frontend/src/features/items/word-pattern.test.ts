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

  test('another letter is another word', () => {
    expect(wordPattern('zoe').test('Zoo')).toBe(false)
  })
})
