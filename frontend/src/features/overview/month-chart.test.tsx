// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Item } from '../../api/types'
import { makeItem } from '../../test-items'
import type { AccountLoad } from '../load/account-load'
import { MonthChart } from './month-chart'

afterEach(cleanup)

test('records are counted again only when there are others', () => {
  const items = [makeItem()]
  const load = { rowsOf: () => ({ items, count: items.length }) } as unknown as AccountLoad
  const time = vi.fn((item: Item) => item.creation_time)
  const chart = () => <MonthChart title="New" load={load} type="contacts" time={time} now={1} onShow={vi.fn()} />
  const { rerender } = render(chart())

  rerender(chart())
  expect(time).toHaveBeenCalledTimes(1)
  items.push(makeItem())
  rerender(chart())

  expect(time).toHaveBeenCalledTimes(3)
})
