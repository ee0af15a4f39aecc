import { expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import type { ColumnSpec } from '../descriptor'
import { amountColumn } from '../items/property-columns'
import { clipboardRows } from './clipboard-rows'

const NAME: ColumnSpec = { id: 'name', header: 'Name', text: (item) => item.name }
const MODIFIED: ColumnSpec = {
  id: 'modified',
  header: 'Last modified',
  text: () => '3 days ago',
  time: (item) => item.last_modified_time,
}
const AMOUNT = amountColumn('amount', 'Amount', 'currency')

test('the shown columns are copied under their headers, and no others', () => {
  const { text } = clipboardRows([makeItem({ name: 'Ada' }), makeItem({ name: 'Grace' })], [NAME])

  expect(text).toBe('Name\r\nAda\r\nGrace')
})

test('numbers are plain and beside their currency, dates are ISO without the T', () => {
  const properties = { amount: 1234567.5, currency: 'EUR' }
  const day = makeItem({ last_modified_time: '2026-02-03T00:00:00.000Z' })

  expect(clipboardRows([makeItem({ properties })], [AMOUNT, MODIFIED]).text.split('\r\n')).toEqual([
    'Amount\tAmount currency\tLast modified',
    '1234567.5\tEUR\t2026-02-03 04:05:06',
  ])
  expect(clipboardRows([day], [MODIFIED]).text).toContain('2026-02-03')
  expect(clipboardRows([day], [MODIFIED]).text).not.toContain('00:00')
})

test('numbers have the decimal sign of the language', () => {
  const row = makeItem({ properties: { amount: -12.5, currency: 'EUR' } })

  expect(clipboardRows([row], [AMOUNT], ',').text).toContain('\r\n-12,5\tEUR')
})

test('tabs, line breaks and quotes stay inside their cell', () => {
  const names = ['a\tb', 'two\nlines', 'say "hi"', 'plain; text, here']
  const { text } = clipboardRows(
    names.map((name) => makeItem({ name })),
    [NAME],
  )

  expect(text).toBe('Name\r\n"a\tb"\r\n"two\nlines"\r\n"say ""hi"""\r\nplain; text, here')
})

test('no text begins like a formula, neither in the text nor in the table', () => {
  const { text, html } = clipboardRows([makeItem({ name: '=HYPERLINK("x")' })], [{ ...NAME, header: '@Name' }])

  expect(text).toBe(`'@Name\r\n"'=HYPERLINK(""x"")"`)
  expect(html).toContain(`<th>'@Name</th>`)
  expect(html).toContain(`<td>'=HYPERLINK("x")</td>`)
})

test('the table shows markup as text', () => {
  expect(clipboardRows([makeItem({ name: '<img src=x> & co' })], [NAME]).html).toBe(
    '<table><thead><tr><th>Name</th></tr></thead><tbody><tr><td>&lt;img src=x&gt; &amp; co</td></tr></tbody></table>',
  )
})
