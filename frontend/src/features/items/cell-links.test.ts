import { describe, expect, test } from 'vitest'
import { linkTo } from './cell-links'

describe('linkTo', () => {
  test.each([
    ['email', 'ada@example.com', 'mailto:ada@example.com'],
    ['email', 'a+b?cc=x@example.com', 'mailto:a%2Bb%3Fcc%3Dx@example.com'],
    ['web', 'example.com', 'https://example.com/'],
    ['web', 'bergström.example/über', 'https://xn--bergstrm-t4a.example/%C3%BCber'],
    ['web', 'https://example.com/a?b', 'https://example.com/a?b'],
    ['phone', '+49 (30) 123-456', 'tel:+4930123456'],
    ['phone', '555 123 4567 ext. 12', 'tel:5551234567;ext=12'],
  ] as const)('a value that is one address (%s %s) leads there', (meaning, text, href) => {
    expect(linkTo(meaning, text)).toBe(href)
  })

  test.each([
    ['email', 'ada'],
    ['email', 'ada@example.com; bob@example.com'],
    ['web', 'http://example.com'],
    ['web', 'javascript:alert(1)//example.com'],
    ['web', 'https://example.com@evil.example'],
    ['web', 'none yet'],
    ['phone', 'after six'],
    ['phone', '1'],
    ['choice', 'example.com'],
    [undefined, 'ada@example.com'],
  ] as const)('anything else (%s %s) stays a text', (meaning, text) => {
    expect(linkTo(meaning, text)).toBeNull()
  })
})
