import { describe, expect, test } from 'vitest'
import { formatValue } from '../../lib/format'
import { numberPattern } from './number-pattern'
import { wordPattern } from './word-pattern'

const NUMBERS = [
  ...[0, -0, 1, -5, 7, 10, 100, 1_000, 12_345, 1_234_567.891, 0.5, 0.05, 0.005, 0.007, 100.01, 99.995, -1_000.1],
  ...[
    0.1 + 0.2,
    1 / 3,
    2 / 3,
    1e-6,
    1e-7,
    5e-7,
    4.9999999,
    0.127_001_5,
    2.024_001_5,
    0.000_123,
    0.000_010_5,
    123_456_789.123456,
  ],
  ...[999_999_999.999999, 1e9, 1e15, 2 ** 53, 1e21, 1.5e300],
]

describe('numberPattern', () => {
  test.each([
    ['12,345', 12_345],
    ['345', 12_345],
    ['-5', -5],
    ['.5', 0.5],
    ['00', 0.005],
    ['0.000002', 0.000_001_9],
    ['127002', 0.127_001_5],
    ['1\u0301', 1],
  ])('%s is found in %d', (word, number) => {
    expect(numberPattern(word)(number)).toBe(true)
  })

  test.each([
    ['1234', 12_345],
    ['5-', -5],
    ['12x', 12],
    ['e', 1e21],
    ['0.0000019', 0.000_001_9],
  ])('%s is not found in %d', (word, number) => {
    expect(numberPattern(word)(number)).toBe(false)
  })

  test('finds what is found in the formatted numbers, for every part of each and some that are in none', () => {
    const numbers = [...NUMBERS, ...randomNumbers(100)]
    const words = new Set(['3.4.5', '--', '1a', ...randomNumbers(15).flatMap((number) => partsOf(formatValue(number)))])

    for (const word of words) {
      const pattern = wordPattern(word)
      const found = numbers.filter(numberPattern(word))
      expect(found).toEqual(numbers.filter((number) => pattern.test(formatValue(number))))
    }
    for (const number of NUMBERS)
      for (const part of partsOf(formatValue(number))) expect(numberPattern(part)(number)).toBe(true)
  })
})

function partsOf(text: string): string[] {
  const parts: string[] = []
  for (let start = 0; start < text.length; start++)
    for (let end = start + 1; end <= Math.min(text.length, start + 9); end++) parts.push(text.slice(start, end))
  return parts
}

/** Of all sizes and with up to eight decimals, the same ones each time. */
function randomNumbers(count: number): number[] {
  let seed = 1
  const next = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  return Array.from({ length: count }, () => {
    const size = 10 ** Math.floor(next() * 10)
    const decimals = Math.floor(next() * 9)
    return Number(((next() - 0.3) * size).toFixed(decimals))
  })
}
