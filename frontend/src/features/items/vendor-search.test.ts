import { describe, expect, test } from 'vitest'
import type { Condition, Operator, UrlState } from '../../lib/url-state'
import { makeItem } from '../../test-items'
import { allColumns, defaultColumns } from './columns'
import { dayColumn, numberColumn, propertyColumn } from './property-columns'
import { vendorSearch, type Searched } from './vendor-search'

const DESCRIBED = {
  columns: {
    deals: [
      numberColumn('amount', 'Amount'),
      { ...propertyColumn('dealstage', 'Stage', 'stage'), facet: true },
      propertyColumn('pipeline', 'Pipeline'),
      dayColumn('closedate', 'Close date'),
      { ...propertyColumn('hubspot_owner_id', 'Owner', 'owner'), facet: true },
    ],
  },
}
const NOTHING: Pick<UrlState, 'is' | 'date' | 'where' | 'sort'> = { is: [], date: null, where: [], sort: null }

function property(name: string, type: string): Searched['properties'][number] {
  return { name, label: name, type, group: '', custom: false }
}

const PROPERTIES = [
  property('dealname', 'string'),
  property('amount', 'number'),
  property('dealstage', 'enumeration'),
  property('pipeline', 'enumeration'),
  property('closedate', 'datetime'),
  property('hubspot_owner_id', 'enumeration'),
  property('signed_on', 'date'),
  property('tags', 'enumeration'),
  property('region', 'enumeration'),
]
const NONSENSE: Condition = { column: 'amount', operator: 'gte', values: ['much'] }
const STAGES = [
  { id: 'won', label: 'Closed won' },
  { id: 'lost', label: 'Closed lost' },
]
const RENEWALS = [{ id: '77', label: 'Closed won' }]
const ADA = makeItem({
  properties: { hubspot_owner_id: '9', dealstage: 'won', tags: ['a'] },
  labels: { hubspot_owner_id: 'Ada' },
})

const DEALS: Searched = {
  search: { name: 'dealname', created: 'createdate', modified: 'hs_lastmodifieddate', most_results: 10_000 },
  properties: PROPERTIES,
  pipelines: [
    { id: 'default', label: 'Sales', stages: STAGES },
    { id: 'renewals', label: 'Renewals', stages: RENEWALS },
  ],
  columns: allColumns(defaultColumns(DESCRIBED, 'deals'), { properties: PROPERTIES }, []),
  funnel: { type: 'deals', pipeline: 'pipeline', stage: 'stage' },
  items: [ADA],
}

function sorted(id: string, desc = false, searched = DEALS) {
  return vendorSearch({ ...NOTHING, sort: { id, desc } }, searched)
}

function filtered(...is: { column: string; value: string }[]) {
  return vendorSearch({ ...NOTHING, is }, DEALS)
}

describe('a sort', () => {
  test.each([
    ['amount', 'amount'],
    ['closedate', 'closedate'],
    ['name', 'dealname'],
    ['created', 'createdate'],
    ['modified', 'hs_lastmodifieddate'],
  ])('by %s is by the property %s', (id, name) => {
    expect(sorted(id)).toEqual({ sort: name, filter: null })
    expect(sorted(id, true)).toEqual({ sort: `-${name}`, filter: null })
  })

  test('by the labels of choices is not one by their ids', () => {
    expect(sorted('stage')).toBeNull()
    expect(sorted('owner')).toBeNull()
  })

  test('by a column without a property is none that the vendor can do', () => {
    const contacts = { ...DEALS, columns: allColumns(defaultColumns(DESCRIBED, 'contacts'), undefined, []) }

    expect(sorted('parent', false, contacts)).toBeNull()
  })

  test('by the name is none when several properties make it up', () => {
    const { search } = DEALS

    expect(sorted('name', false, { ...DEALS, search: search && { ...search, name: null } })).toBeNull()
  })

  test('by a column that does not exist asks for nothing', () => {
    expect(sorted('nonsense')).toBeNull()
  })

  test('is none at a vendor without such a search', () => {
    expect(sorted('amount', false, { ...DEALS, search: null })).toBeNull()
  })
})

describe('values of a column', () => {
  test('are asked for by what stands behind the label, in all pipelines', () => {
    expect(filtered({ column: 'stage', value: 'Closed won' })?.filter).toBe('dealstage:in:won,77')
    expect(filtered({ column: 'stage', value: 'Closed lost' })?.filter).toBe('dealstage:eq:lost')
    expect(filtered({ column: 'pipeline', value: 'Sales' })?.filter).toBe('pipeline:eq:default')
  })

  test('are known from the records that are here', () => {
    expect(filtered({ column: 'owner', value: 'Ada' })?.filter).toBe('hubspot_owner_id:eq:9')
  })

  test('of a label that no record has cannot be asked for', () => {
    expect(filtered({ column: 'owner', value: 'Grace' })).toBeNull()
    expect(filtered({ column: 'owner', value: 'Ada' }, { column: 'owner', value: 'Grace' })).toBeNull()
  })

  test('may be none, but not none or another one', () => {
    expect(filtered({ column: 'owner', value: '' })?.filter).toBe('hubspot_owner_id:has_not')
    expect(filtered({ column: 'owner', value: '' }, { column: 'owner', value: 'Ada' })).toBeNull()
  })

  test('of several columns must all hold', () => {
    const found = filtered({ column: 'stage', value: 'Closed lost' }, { column: 'owner', value: 'Ada' })

    expect(found?.filter).toBe('dealstage:eq:lost;hubspot_owner_id:eq:9')
  })

  test('that the form of the filter cannot hold are not asked for', () => {
    const odd = makeItem({ properties: { hubspot_owner_id: 'a;b' }, labels: { hubspot_owner_id: 'Odd' } })

    expect(vendorSearch({ ...NOTHING, is: [{ column: 'owner', value: 'Odd' }] }, { ...DEALS, items: [odd] })).toBeNull()
  })
})

test('a span of days is asked for by its moments', () => {
  const found = vendorSearch({ ...NOTHING, date: { column: 'created', from: null, to: '2026-12-31' } }, DEALS)

  expect(found?.filter).toMatch(/^createdate:lt:\d{4}-\d\d-\d\dT[^;]+$/)
})

describe('a condition', () => {
  function where(column: string, operator: Operator, ...values: string[]) {
    return vendorSearch({ ...NOTHING, where: [{ column, operator, values }] }, DEALS)?.filter
  }

  test('is asked for by the property of its column', () => {
    expect(where('stage', 'in', 'won', '77')).toBe('dealstage:in:won,77')
    expect(where('amount', 'gte', '1000')).toBe('amount:gte:1000')
  })

  test('on several choices, or on ones that no record here has, is none that the vendor answers alike', () => {
    expect(where('tags', 'in', 'a')).toBeUndefined()
    expect(where('region', 'in', 'a')).toBeUndefined()
  })

  test('that says nothing about its column does not filter', () => {
    expect(where('amount', 'gte', 'much')).toBeUndefined()
    expect(vendorSearch({ ...NOTHING, sort: { id: 'amount', desc: false }, where: [NONSENSE] }, DEALS)).toEqual({
      sort: 'amount',
      filter: null,
    })
  })
})

test('a sort and conditions are asked for together, or not at all', () => {
  const wanted = { ...NOTHING, sort: { id: 'amount', desc: true } }
  const lost = { column: 'stage', value: 'Closed lost' }
  const unknown = { column: 'owner', value: 'Grace' }

  expect(vendorSearch({ ...wanted, is: [lost] }, DEALS)).toEqual({ sort: '-amount', filter: 'dealstage:eq:lost' })
  expect(vendorSearch({ ...wanted, is: [unknown] }, DEALS)).toBeNull()
})

test('an address that asks for nothing searches for nothing', () => {
  expect(vendorSearch(NOTHING, DEALS)).toBeNull()
})
