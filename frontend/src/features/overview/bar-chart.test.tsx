// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Item } from '../../api/types'
import { makeItem } from '../../test-items'
import type { Measure } from '../descriptor'
import { strings } from '../../lib/strings'
import { BarChart } from './bar-chart'

const AMOUNT: Measure = {
  header: 'Amount',
  value: (item) => item.properties['amount'] as number,
  unit: (item) => item.properties['currency'] as string,
  format: (sum, unit) => `${String(sum)} ${unit ?? ''}`,
}

afterEach(cleanup)

function deals(...currencies: readonly string[]): readonly Item[] {
  return currencies.map((currency, index) =>
    makeItem({ id: `${String(index)}_Deal`, properties: { amount: 1, currency } }),
  )
}

function chart(items: readonly Item[], others = 0) {
  const read = () => ({ bars: [], others, records: items.length })
  const rows = { items, count: items.length }
  return <BarChart title="Deals" header="Owner" rows={rows} measure={AMOUNT} read={read} onShow={vi.fn()} />
}

test('the chosen currency stays chosen when another one becomes the most frequent', () => {
  const { rerender } = render(chart(deals('EUR', 'EUR', 'USD')))
  fireEvent.click(screen.getByRole('radio', { name: /EUR/ }))

  rerender(chart(deals('EUR', 'EUR', 'USD', 'USD', 'USD')))

  expect(screen.getByRole<HTMLInputElement>('radio', { name: /EUR/ }).checked).toBe(true)
})

test('the table says how many values it leaves out, as the chart does', () => {
  render(chart(deals('EUR'), 3))
  screen.getByText(strings.overview.others(3))

  fireEvent.click(screen.getByRole('button', { name: strings.overview.asTable }))

  screen.getByRole('table')
  screen.getByText(strings.overview.others(3))
})
