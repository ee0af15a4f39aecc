import { describe, expect, test } from 'vitest'
import type { Item } from '../../api/types'
import { makeItem } from '../../test-items'
import type { ColumnSpec } from '../descriptor'
import { amountColumn, propertyColumn } from '../items/property-columns'
import { csvCell, pieces, type Receipt } from './rows-writer'

const NAME: ColumnSpec = { id: 'name', header: 'Name', text: (item) => item.name }
const MODIFIED: ColumnSpec = {
  id: 'modified',
  header: 'Last modified',
  text: () => '3 days ago',
  time: (item) => item.last_modified_time,
}
const COMPLETE: Receipt = { complete: true, rows: 2, total: 2, narrowed: false }

function named(...names: string[]): Item[] {
  return names.map(
    (name, index) =>
      ({
        id: `${String(index)}_Contact`,
        name,
        url: 'https://x.example/1',
        last_modified_time: '2026-01-02T03:04:05Z',
      }) as Item,
  )
}

describe('csvCell', () => {
  test.each([
    ['plain', 'plain'],
    ['a "b", c', '"a ""b"", c"'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    [' =HYPERLINK("x")', `"' =HYPERLINK(""x"")"`],
    ['@sum', "'@sum"],
    ['+49 170 123', "'+49 170 123"],
    ['-5', '-5'],
    ['+1,234.50', '"+1,234.50"'],
    ['＝1', "'＝1"],
    ['\0=1', "'\0=1"],
    ['\u200b\ufeff=1', "'\u200b\ufeff=1"],
    [';=1+1', `";'=1+1"`],
    ['a\n=1', `"a\n'=1"`],
    ['a;-5;b', '"a;-5;b"'],
  ])('%j becomes %j', (text, cell) => {
    expect(csvCell(text)).toBe(cell)
  })
})

describe('pieces', () => {
  test('CSV has a head, the shown columns, and dates as dates', () => {
    const text = [...pieces(named('Ada'), [NAME, MODIFIED], 'csv', COMPLETE)].join('')

    expect(text).toBe('\ufeffID,Name,Last modified,URL\r\n0_Contact,Ada,2026-01-02T03:04:05Z,https://x.example/1\r\n')
  })

  test('CSV has plain numbers with their currency beside them, and `;` between choices', () => {
    const amount = amountColumn('amount', 'Amount', 'currency')
    const interests = propertyColumn('interests', 'Interests')
    const properties = { amount: 1234567.5, currency: 'EUR', interests: ['a', 'b'] }
    const row = makeItem({ id: '1_Deal', url: null, properties, labels: { interests: ['Art', 'Books'] } })
    const text = [...pieces([row], [amount, interests], 'csv', COMPLETE)].join('')

    expect(text).toBe('\ufeffID,Amount,Amount currency,Interests,URL\r\n1_Deal,1234567.5,EUR,"Art;Books",\r\n')
  })

  test('CSV of a part says so in its last line', () => {
    const text = [...pieces(named('Ada'), [NAME], 'csv', { ...COMPLETE, complete: false, rows: 1, total: 9 })].join('')

    expect(text.trim().split('\r\n').at(-1)).toBe('# not the whole account: 1 of 9 records')
  })

  test('NDJSON has whole items and ends with the receipt', () => {
    const rows = named('Ada', 'Grace')
    const lines = [...pieces(rows, [NAME], 'ndjson', COMPLETE)].join('').trim().split('\n')

    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { item: rows[0] },
      { item: rows[1] },
      { receipt: COMPLETE },
    ])
  })

  test('many rows come in several pieces', () => {
    const many = named(...Array.from({ length: 4_500 }, () => 'x'))

    expect([...pieces(many, [NAME], 'ndjson', COMPLETE)]).toHaveLength(4)
  })
})
