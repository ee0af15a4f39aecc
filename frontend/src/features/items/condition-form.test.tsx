// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { UNARRANGED } from '../../api/items'
import type { Condition } from '../../lib/condition'
import { strings } from '../../lib/strings'
import { makeItem } from '../../test-items'
import type { ColumnSpec } from '../descriptor'
import { ConditionForm } from './condition-form'
import type { ValueSource } from './use-choices'

const words = strings.conditions
const CLOSED: ColumnSpec = { id: 'closed', header: 'Closed', kind: 'flag', text: () => '' }
const SOURCE: ValueSource = {
  request: { provider: 'hubspot', connectionId: 'c1', objectType: 'deals', ...UNARRANGED },
  records: { from: 'load', items: [], count: 0, complete: true },
  test: null,
}

afterEach(cleanup)

test('a condition on yes or no that had no value begins with the one that is shown', () => {
  const onApply = vi.fn<(condition: Condition) => void>()
  const condition: Condition = { column: 'closed', operator: 'has_not', values: [] }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ConditionForm column={CLOSED} condition={condition} source={SOURCE} onApply={onApply} />
    </QueryClientProvider>,
  )

  fireEvent.change(screen.getByLabelText(words.operator), { target: { value: 'eq' } })
  expect(screen.getByLabelText<HTMLSelectElement>(words.value).selectedOptions[0]?.text).toBe(strings.value.yes)
  fireEvent.click(screen.getByRole('button', { name: words.apply }))

  expect(onApply).toHaveBeenCalledExactlyOnceWith({ column: 'closed', operator: 'eq', values: ['true'] })
})

test.each([
  [501, 1],
  [2, 0],
])('of %i values the list says so if it is cut', (different, notes) => {
  const items = Array.from({ length: different }, (_, index) => makeItem({ properties: { city: `City ${index}` } }))
  const source: ValueSource = { ...SOURCE, records: { from: 'load', items, count: items.length, complete: true } }
  const city: ColumnSpec = {
    id: 'city',
    header: 'City',
    kind: 'choice',
    text: (item) => String(item.properties['city']),
  }
  const condition: Condition = { column: 'city', operator: 'in', values: [] }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ConditionForm column={city} condition={condition} source={source} onApply={vi.fn()} />
    </QueryClientProvider>,
  )

  expect(screen.queryAllByText(strings.items.mostFrequent('500'))).toHaveLength(notes)
})
