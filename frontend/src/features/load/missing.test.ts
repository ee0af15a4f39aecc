import { describe, expect, test } from 'vitest'
import type { LoadReceipt } from '../../api/types'
import { NOTHING_LOADED } from './load-state'
import { missingLines, wholeTypes } from './missing'

const TABS = [{ name: 'contacts', label: 'Contacts' }]
const WHOLE = { complete: true, total: 10, delivered: 10, requests: 1, retries: 0, watermark: null, skipped: [] }

function linesOf(receipt: Partial<LoadReceipt>, notices: string[] = []): readonly string[] {
  const whole: LoadReceipt = {
    complete: false,
    object_types: {},
    requests: 1,
    retries: 0,
    duration_s: 1,
    watermark: null,
    resume: null,
    ...receipt,
  }
  const kept = notices.map((detail) => ({ code: 'x', detail, object_type: null, missing_scopes: [], wait_s: null }))
  return missingLines({ ...NOTHING_LOADED, phase: 'done', receipt: whole, notices: kept }, TABS)
}

describe('missingLines', () => {
  test('a complete load misses nothing', () => {
    expect(linesOf({ complete: true, object_types: { contacts: WHOLE } })).toEqual([])
  })

  test.each([
    [{ ...WHOLE, complete: false, delivered: 7 }, 'Contacts: 7 of 10 loaded.'],
    [{ ...WHOLE, complete: false, skipped: [{ code: 'x' }, { code: 'y' }] }, 'Contacts: 2 could not be read.'],
    [
      { ...WHOLE, complete: false, skipped: [{ code: 'x', count: 57 }, { code: 'y' }] },
      'Contacts: 58 could not be read.',
    ],
    [{ ...WHOLE, complete: false, skipped: [{ code: 'scope_missing' }] }, 'Contacts: skipped.'],
    [{ ...WHOLE, complete: false, skipped: [{ code: 'object_type_unavailable' }] }, 'Contacts: skipped.'],
    [{ ...WHOLE, complete: false }, 'Contacts: ended early.'],
  ])('each gap has a line: %#', (type, line) => {
    expect(linesOf({ object_types: { contacts: type } })).toEqual([line])
  })

  test('what records lack has no line beside its notice', () => {
    const type = { ...WHOLE, complete: false, skipped: [{ code: 'associations_unavailable', object_type: 'deals' }] }

    expect(linesOf({ object_types: { contacts: type } }, ['Contacts come without their deals.'])).toEqual([
      'Contacts come without their deals.',
    ])
  })

  test('an early end is said first, notices last', () => {
    expect(linesOf({ resume: 'there', object_types: { contacts: WHOLE } }, ['Tickets were skipped.'])).toEqual([
      'The service ended the load early.',
      'Tickets were skipped.',
    ])
  })
})

test('what records lack leaves none of them out, unlike a gap', () => {
  const lacking = { ...WHOLE, complete: false, skipped: [{ code: 'associations_unavailable', object_type: 'deals' }] }
  const receipt = { complete: false, object_types: { contacts: lacking, deals: { ...lacking, delivered: 9 } } }

  expect(wholeTypes(receipt as unknown as LoadReceipt, ['contacts', 'deals', 'tickets'])).toEqual(['contacts'])
})
