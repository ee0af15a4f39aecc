import { readXlsx } from 'hucre/xlsx'
import { describe, expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import { excelCell, MAX_TEXT, sheetNames } from './excel-cells'
import { aboutRows } from './excel-writer'
import { MAX_SHEET_ROWS, receiptOf, tooLong } from './export-job'
import { workbookOf } from './workbook'

const NO_ROWS = { name: 'deals', label: 'Deals', rows: [], count: 0, columns: [], total: 0 }

describe('excelCell', () => {
  test.each([
    [83158.61, 83158.61],
    [-5, -5],
    [true, true],
    [null, null],
    ['=1+1', '=1+1'],
    ['2026-11-28', new Date('2026-11-28T00:00:00Z')],
    ['2026-11-28T12:30:00.000Z', new Date('2026-11-28T12:30:00Z')],
    ['2026-13-45', '2026-13-45'],
    ['on 2026-11-28', 'on 2026-11-28'],
    ['1815-12-10', '1815-12-10'],
    ['2026-02-30', '2026-02-30'],
    ['2026-02-30T10:00:00Z', '2026-02-30T10:00:00Z'],
    ['2026-11-28T23:30:00-02:00', new Date('2026-11-29T01:30:00Z')],
  ])('%j becomes %j', (value, cell) => {
    expect(excelCell(value)).toEqual(cell)
  })

  test('text longer than a cell may hold is cut, and seen to be', () => {
    const text = excelCell('x'.repeat(MAX_TEXT + 1))

    expect(text).toHaveLength(MAX_TEXT)
    expect(String(text).endsWith('x…')).toBe(true)
  })
})

test('sheets have names that Excel accepts, each once', () => {
  const long = 'A custom object with a name of many words'

  expect(sheetNames(['Deals', 'deals', 'Boat/Car [new]', long, long, "'", 'History'])).toEqual([
    'Deals',
    'deals 2',
    'Boat Car  new',
    'A custom object with a name of',
    'A custom object with a name o 2',
    '2',
    'History 2',
  ])
})

test('sheets have names without apostrophes at their ends, also where they are cut', () => {
  expect(sheetNames(["[']Crew['] ", "A custom object of the captains' own crew"])).toEqual([
    'Crew',
    'A custom object of the captains',
  ])
})

test('a workbook holds typed cells, and a formula as text', async () => {
  const day = new Date('2026-11-28T00:00:00Z')
  const head = ['ID', 'Amount', 'Close date', 'Note']
  const bytes = await workbookOf([
    { name: 'Deals', rows: [head, ['1_Deal', -12.5, day, '=HYPERLINK("x")'], ['2_Deal', null, null, 'a\u0001<b>&']] },
    { name: 'About', rows: [['Account', 'Northwind']] },
  ])
  const { sheets } = await readXlsx(bytes)

  expect(sheets.map((sheet) => sheet.name)).toEqual(['Deals', 'About'])
  expect(sheets[0]?.rows[1]).toEqual(['1_Deal', -12.5, day, '=HYPERLINK("x")'])
  expect(sheets[0]?.rows[2]?.[3]).toBe('a\u0001<b>&')
  expect([...(sheets[0]?.cells?.values() ?? [])].filter((cell) => cell.formula !== undefined)).toEqual([])
})

test('a number among dates stays a number', async () => {
  const bytes = await workbookOf([{ name: 'About', rows: [['A'], [new Date('2026-11-28T12:00:00Z')], [80]] }])
  const { sheets } = await readXlsx(bytes)

  expect(sheets[0]?.rows.map((row) => row[0])).toEqual(['A', new Date('2026-11-28T12:00:00Z'), 80])
})

test('the last sheet says what the file covers', () => {
  const tables = [{ ...NO_ROWS, rows: [makeItem()], count: 1, total: 9 }]
  const receipt = receiptOf(tables, { narrowed: false, leftOut: ['Tickets'] })
  const job = { tables, receipt, format: 'xlsx', account: 'Northwind', safe: true, fileName: 'x' } as const
  const now = new Date('2026-11-28T12:00:00Z')

  expect(aboutRows(job, now)).toEqual([
    ['Account', 'Northwind'],
    ['Written', now],
    ['Times', 'UTC'],
    ['Whole account', 'No'],
    ['Search or filters apply', 'No'],
    ['Without access', 'Tickets'],
    [],
    ['Type', 'Records in this file', 'Records in the account'],
    ['Deals', 1, 9],
  ])
})

test('the last sheet says that only chosen rows are in the file', () => {
  const receipt = receiptOf([NO_ROWS], { narrowed: false, chosen: true })
  const job = { tables: [NO_ROWS], receipt, format: 'xlsx', account: 'Northwind', safe: true, fileName: 'x' } as const

  expect(aboutRows(job, new Date(0))).toContainEqual(['Only chosen rows', 'Yes'])
})

test('more records than a sheet holds are named before anything is written', () => {
  const full = { ...NO_ROWS, count: MAX_SHEET_ROWS }

  expect(tooLong([NO_ROWS, full])).toBeUndefined()
  expect(tooLong([NO_ROWS, { ...full, count: MAX_SHEET_ROWS + 1 }])?.label).toBe('Deals')
})
