// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UNARRANGED } from '../../api/items'
import { strings } from '../../lib/strings'
import { makeItem } from '../../test-items'
import { FilterBar } from './filter-bar'
import { propertyColumn } from './property-columns'
import type { RecordsHere } from './use-records'

const STAGE = { ...propertyColumn('dealstage', 'Stage', 'stage'), facet: true }
const stages = ['Open', 'Won', 'Lost'].map((label) => ({ id: label.toLowerCase(), label }))
const TAB = { name: 'deals', pipelines: [{ id: 'sales', label: 'Sales', stages }] }
const FUNNEL = { type: 'deals', pipeline: 'pipeline', stage: 'stage' }
const ITEMS = [makeItem({ properties: { dealstage: 'won' }, labels: { dealstage: 'Won' } })]
const REQUEST = { provider: 'hubspot', connectionId: 'c1', objectType: 'deals', ...UNARRANGED }

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe = vi.fn()
      unobserve = vi.fn()
      disconnect = vi.fn()
    },
  )
  Element.prototype.scrollIntoView = vi.fn()
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

test('stages that no record is in are offered, too, with a count of none', async () => {
  const records = { from: 'load', items: ITEMS, count: 1, complete: true, request: REQUEST } as unknown as RecordsHere
  render(
    <QueryClientProvider client={new QueryClient()}>
      <FilterBar columns={[STAGE]} tab={TAB} descriptor={{ funnels: [FUNNEL] }} records={records} />
    </QueryClientProvider>,
  )

  fireEvent.click(screen.getByRole('combobox', { name: strings.items.filterBy('Stage') }))

  const options = await screen.findAllByRole('option')
  expect(options.map((option) => option.textContent)).toEqual(['Won1', 'Open0', 'Lost0'])
})
