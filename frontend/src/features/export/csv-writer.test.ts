import { describe, expect, test, vi } from 'vitest'
import type { Item } from '../../api/types'
import { strings } from '../../lib/strings'
import { makeItem } from '../../test-items'
import type { ColumnSpec } from '../descriptor'
import { amountColumn, propertyColumn } from '../items/property-columns'
import { csvCell, csvPieces } from './csv-writer'
import { receiptOf, type Table } from './export-job'
import { ndjsonPieces } from './ndjson-writer'

const NAME: ColumnSpec = { id: 'name', header: 'Name', text: (item) => item.name }
const MODIFIED: ColumnSpec = {
  id: 'modified',
  header: 'Last modified',
  text: () => '3 days ago',
  time: (item) => item.last_modified_time,
}

function named(...names: string[]): Item[] {
  return names.map((name, index) => makeItem({ id: `${String(index)}_Contact`, name, url: 'https://x.example/1' }))
}

function tableOf(rows: readonly Item[], columns: readonly ColumnSpec[], own: Partial<Table> = {}): Table {
  return { name: 'contacts', label: 'Contacts', rows, count: rows.length, columns, total: rows.length, ...own }
}

function csvOf(tables: readonly Table[], { safe = true, narrowed = false } = {}): string {
  return [...csvPieces({ tables, receipt: receiptOf(tables, { narrowed }), safe })].map(({ text }) => text).join('')
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
    ['\tplain', "'\tplain"],
    ['\rplain', `"'\rplain"`],
  ])('%j becomes %j', (text, cell) => {
    expect(csvCell(text)).toBe(cell)
  })

  test.each([
    [-1234.5, '-1234.5'],
    [83158.61, '83158.61'],
    [true, 'true'],
    [null, ''],
  ])('%j stays what it is', (value, cell) => {
    expect(csvCell(value)).toBe(cell)
  })

  test('raw text keeps its first sign', () => {
    expect(csvCell('=1+1', false)).toBe('=1+1')
    expect(csvCell('\t@a, b', false)).toBe('"\t@a, b"')
  })
})

describe('CSV', () => {
  test('leaves out no column, whatever its header', () => {
    const column = (header: string, text: string): ColumnSpec => ({ id: text, header, text: () => text })
    const columns = [column('Size', 'a'), column('Size', 'b'), column('Size (2)', 'c'), column('ID', 'd')]

    expect(csvOf([tableOf(named('Ada'), columns)])).toBe(
      '\ufeffID,Size,Size (2),Size (2) (2),ID (2),URL\r\n0_Contact,a,b,c,d,https://x.example/1\r\n',
    )
  })

  test('has a head, the shown columns, and dates as dates', () => {
    expect(csvOf([tableOf(named('Ada'), [NAME, MODIFIED])])).toBe(
      '\ufeffID,Name,Last modified,URL\r\n0_Contact,Ada,2026-02-03T04:05:06.000Z,https://x.example/1\r\n',
    )
  })

  test('has plain numbers with their currency beside them, and `;` between choices', () => {
    const amount = amountColumn('amount', 'Amount', 'currency')
    const interests = propertyColumn('interests', 'Interests')
    const properties = { amount: 1234567.5, currency: 'EUR', interests: ['a', 'b'] }
    const row = makeItem({ id: '1_Deal', url: null, properties, labels: { interests: ['Art', 'Books'] } })

    expect(csvOf([tableOf([row], [amount, interests])])).toBe(
      '\ufeffID,Amount,Amount currency,Interests,URL\r\n1_Deal,1234567.5,EUR,"Art;Books",\r\n',
    )
  })

  test('two columns of one label keep both values', () => {
    const columns = [propertyColumn('a', 'Status'), propertyColumn('b', 'Status')]

    expect(csvOf([tableOf([makeItem({ properties: { a: 1, b: 2 } })], columns)])).toContain(
      'ID,Status,Status (2),URL\r\n1_Contact,1,2,',
    )
  })

  test('several types are one table with the type in the first column', () => {
    const deal = makeItem({ id: '1_Deal', name: 'Big one', properties: { amount: 5 } })
    const deals = tableOf([deal], [NAME, propertyColumn('amount', 'Amount')], { name: 'deals', label: 'Deals' })

    expect(csvOf([tableOf(named('Ada'), [NAME]), deals]).split('\r\n')).toEqual([
      '\ufeffType,ID,Name,URL,Amount',
      'Contacts,0_Contact,Ada,https://x.example/1,',
      'Deals,1_Deal,Big one,,5',
      '',
    ])
  })

  test('of a part says so in its last line', () => {
    const lines = csvOf([tableOf(named('Ada'), [NAME], { total: 9 })])

    expect(lines.trim().split('\r\n').at(-1)).toBe('# Not the whole account: 1 of 9 records')
  })

  test('says so in the language of the page', () => {
    vi.spyOn(strings.exporting, 'rowsOf').mockReturnValue('1 von 9 Datensätzen')
    const lines = csvOf([tableOf(named('Ada'), [NAME], { total: 9 })])

    expect(lines).toContain(`# ${strings.exporting.incomplete}: 1 von 9 Datensätzen`)
  })

  test('of chosen rows says so in its last line', () => {
    const tables = [tableOf(named('Ada'), [NAME], { total: 9 })]
    const receipt = receiptOf(tables, { narrowed: false, chosen: true })
    const text = [...csvPieces({ tables, receipt, safe: true })].at(-1)?.text

    expect(text).toBe('# Only the chosen rows: 1 of 9 records\r\n')
  })

  test('leaves out rows that came after the export was chosen', () => {
    expect(csvOf([tableOf(named('Ada', 'Grace'), [NAME], { count: 1 })])).not.toContain('Grace')
  })

  test('of many rows comes in pieces, fewer rows a piece where there are many columns', () => {
    const rows = named(...Array.from({ length: 4_500 }, () => 'x'))
    const wide = Array.from({ length: 98 }, (_, index) => propertyColumn(`p${String(index)}`, `P${String(index)}`))
    const receipt = receiptOf([], { narrowed: false })
    const sizes = (columns: readonly ColumnSpec[]) =>
      [...csvPieces({ tables: [tableOf(rows, columns)], receipt, safe: true })].map((piece) => piece.rows)

    expect(sizes([NAME])).toEqual([0, 2_000, 2_000, 500])
    expect(sizes(wide)[1]).toBe(200)
  })
})

test('NDJSON has whole items and ends with the receipt', () => {
  const rows = named('Ada', 'Grace')
  const tables = [tableOf(rows, [NAME])]
  const receipt = receiptOf(tables, { narrowed: false, leftOut: ['Tickets'] })
  const lines = [...ndjsonPieces({ tables, receipt })].map(({ text }) => text).join('')

  expect(
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([{ item: rows[0] }, { item: rows[1] }, { receipt: { ...receipt, complete: false, left_out: ['Tickets'] } }])
})
