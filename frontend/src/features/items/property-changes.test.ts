import { describe, expect, test } from 'vitest'
import type { PropertyHistory } from '../../api/item'
import { makeItem } from '../../test-items'
import { changesIn, propertiesWithHistory } from './property-changes'
import { amountColumn, dayColumn, propertyColumn } from './property-columns'

const COLUMNS = [
  amountColumn('amount', 'Amount', 'deal_currency_code'),
  propertyColumn('dealstage', 'Stage', 'stage'),
  dayColumn('closedate', 'Close date'),
]
const DEAL = makeItem({
  properties: { amount: 10, dealstage: 'won', deal_currency_code: 'EUR', dealname: 'Boat', hs_object_id: '1' },
  labels: { dealstage: 'Closed Won' },
})

function version(value: unknown, at: string | null, more: Partial<PropertyHistory[string][number]> = {}) {
  const changedAt = at === null ? null : `2026-01-${at}T10:00:00.000Z`
  return {
    value,
    label: null,
    changed_at: changedAt,
    source: null,
    source_id: null,
    source_label: null,
    user_id: null,
    ...more,
  }
}

function changes(history: PropertyHistory, infos: Parameters<typeof changesIn>[1]['infos'] = []) {
  return changesIn(history, { item: DEAL, columns: COLUMNS, infos })
}

describe('changesIn', () => {
  test('changes of all properties are listed by time, the newest first', () => {
    const found = changes({
      dealstage: [version('won', '05', { label: 'Closed Won' }), version('open', '02', { label: 'Open' })],
      dealname: [version('Boat', '03'), version('Ship', '01')],
    })

    expect(found.map(({ header, before, after }) => `${header}: ${before} → ${after}`)).toEqual([
      'Stage: Open → Closed Won',
      'Dealname: Ship → Boat',
      'Stage:  → Open',
      'Dealname:  → Ship',
    ])
  })

  test('amounts and days are shown as in the table, and a label of now is not one of then', () => {
    const found = changes({
      amount: [version(10, '02'), version(null, '01')],
      closedate: [version('2026-03-01T00:00:00.000Z', '04'), version('2026-02-01T00:00:00.000Z', '03')],
      dealstage: [version('won', '06', { label: 'Closed Won' }), version('deleted', '05')],
    })

    expect(found.map(({ before, after }) => [before, after])).toEqual([
      ['deleted', 'Closed Won'],
      ['', 'deleted'],
      ['Feb 1, 2026', 'Mar 1, 2026'],
      ['', 'Feb 1, 2026'],
      ['', '€10.00'],
    ])
  })

  test('a version with the text of the one before it is no change', () => {
    expect(changes({ dealname: [version('Boat', '02'), version('Boat', '01'), version(null, '01')] })).toHaveLength(1)
  })

  test('the source is the vendor’s own words, else ours, else its code in a readable form', () => {
    const found = changes({
      a: [version(1, '03', { source: 'CRM_UI', source_label: 'Ada Lovelace' })],
      b: [version(1, '02', { source: 'IMPORT' })],
      c: [version(1, '01', { source: 'FLYWHEEL_PRODUCT' })],
    })

    expect(found.map(({ source }) => source)).toEqual(['Ada Lovelace', 'Import', 'Flywheel product'])
  })
})

describe('propertiesWithHistory', () => {
  test('the key facts come first; ids and times that change with every change are left out', () => {
    const item = makeItem({ properties: { zip: '1', lastmodifieddate: 'x', createdate: 'x', email: '', amount: 1 } })

    expect(propertiesWithHistory({ item, columns: COLUMNS, infos: [] })).toEqual(['amount', 'zip', 'email'])
  })

  test('there are 20 at most', () => {
    const properties = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`p${String(index)}`, 'x']))

    expect(propertiesWithHistory({ item: makeItem({ properties }), columns: [], infos: [] })).toHaveLength(20)
  })
})
