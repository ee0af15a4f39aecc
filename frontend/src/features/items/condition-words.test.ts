import { expect, test } from 'vitest'
import { parseCondition } from '../../lib/condition'
import type { ColumnSpec } from '../descriptor'
import { sentenceOf } from './condition-words'

const LABELS = new Map([
  ['a', 'Retail'],
  ['b', 'Banking'],
])

function sentence(header: string, kind: ColumnSpec['kind'] & string, asked: string): string {
  const condition = parseCondition(`p:${asked}`)
  if (!condition) throw new Error(`no condition: ${asked}`)
  const { beginning, end } = sentenceOf(condition, { id: 'p', header, kind, text: () => '' }, LABELS)
  return `${beginning} ${end}`.trim()
}

test.each([
  ['Amount', 'number', 'gte:1000', 'Amount ≥ 1,000'],
  ['Amount', 'number', 'between:-1.5,2e3', 'Amount is between -1.5 and 2,000'],
  ['Number', 'number', 'eq:12345678901234567890', 'Number = 12345678901234567890'],
  ['Phone', 'text', 'has_not', 'Phone is empty'],
  ['City', 'text', 'contains:São', 'City contains “São”'],
  ['City', 'text', 'lacks:x', 'City does not contain “x”'],
  ['Close date', 'date', 'lt:2026-01-31', 'Close date is before Jan 31, 2026'],
  ['Close date', 'date', 'past:30', 'Close date is in the last 30 days'],
  ['Industry', 'choice', 'in:a', 'Industry is Retail'],
  ['Industry', 'choice', 'not_in:a,b', 'Industry is not Retail or Banking'],
  ['Industry', 'choice', 'in:a,b,c,d,e', 'Industry is Retail, Banking, or 3 others'],
  ['Active', 'flag', 'eq:true', 'Active is Yes'],
] as const)('%s (%s) %s reads: %s', (header, kind, asked, expected) => {
  expect(sentence(header, kind, asked)).toBe(expected)
})

test('a long text is cut between its letters', () => {
  expect(sentence('Note', 'text', `contains:${'👩'.repeat(65_000)}`)).toBe(`Note contains “${'👩'.repeat(40)}…”`)
})
