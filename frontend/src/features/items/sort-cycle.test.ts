import { describe, expect, test } from 'vitest'
import { allColumns, defaultColumns } from './columns'
import { nextSort, usualSort } from './sort-cycle'

const COLUMNS = allColumns(defaultColumns({ columns: {} }, 'contacts'), undefined, [])
const TIMELESS = allColumns(defaultColumns({ columns: {}, timeless: true }, 'bases'), undefined, [])
const NEWEST = { id: 'modified', desc: true }

describe('without a chosen order', () => {
  test('the newest change comes first once all records are here', () => {
    expect(usualSort(true, COLUMNS)).toEqual(NEWEST)
  })

  test('records stay as they arrive while some are missing', () => {
    expect(usualSort(false, COLUMNS)).toBeNull()
  })

  test('records without times of modification stay as they arrive', () => {
    expect(usualSort(true, TIMELESS)).toBeNull()
  })
})

describe('a click on a column head', () => {
  test.each([null, NEWEST])('sorts up, then down, then as usual (%o)', (usual) => {
    const first = nextSort('amount', null, usual)
    const second = nextSort('amount', first, usual)
    const third = nextSort('amount', second, usual)

    expect([first, second, third]).toEqual([{ id: 'amount', desc: false }, { id: 'amount', desc: true }, null])
  })

  test('on the column of the usual order turns it around and back', () => {
    const first = nextSort('modified', null, NEWEST)

    expect(first).toEqual({ id: 'modified', desc: false })
    expect(nextSort('modified', first, NEWEST)).toBeNull()
  })

  test('turns a chosen order around that is also the usual one', () => {
    expect(nextSort('modified', NEWEST, NEWEST)).toEqual({ id: 'modified', desc: false })
  })
})
