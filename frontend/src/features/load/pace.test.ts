import { describe, expect, test } from 'vitest'
import { rateOf, secondsLeft, withSample, type Sample } from './pace'

function samples(...points: [at: number, done: number][]): readonly Sample[] {
  return points.reduce<readonly Sample[]>((known, [at, done]) => withSample(known, { at, done }), [])
}

describe('rateOf', () => {
  test('is what was done over the last seconds', () => {
    expect(rateOf(samples([0, 0], [1_000, 500], [2_000, 1_000]))).toBe(500)
  })

  test('forgets how it began', () => {
    expect(rateOf(samples([0, 0], [1_000, 9_000], [11_000, 9_000], [12_000, 9_100]))).toBe(100)
  })

  test.each([
    ['nothing', samples()],
    ['one look', samples([0, 5])],
    ['a blink', samples([0, 0], [100, 50])],
    ['a standstill', samples([0, 50], [2_000, 50])],
  ])('%s tells no pace', (_, points) => {
    expect(rateOf(points)).toBeNull()
  })
})

test.each([
  [0, 1_000, 100, 10],
  [1_000, 1_000, 100, 0],
  [1_200, 1_000, 100, 0],
  [0, null, 100, null],
  [0, 1_000, null, null],
])('%s of %s at %s a second leaves %s s', (done, total, rate, seconds) => {
  expect(secondsLeft(done, total, rate)).toBe(seconds)
})
