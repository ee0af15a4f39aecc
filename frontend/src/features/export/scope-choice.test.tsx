// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { strings } from '../../lib/strings'
import { makeItem } from '../../test-items'
import type { TypeTab } from '../items/object-types'
import type { Exportable } from './export-scope'
import { ScopeChoice } from './scope-choice'

const words = strings.exporting
const ROWS = [makeItem()]

afterEach(cleanup)

function show(total: number | null, ...others: readonly Partial<TypeTab>[]): void {
  const contacts = { name: 'contacts', label: 'Contacts', readable: true, total, properties: [] }
  const tabs = [contacts, ...others] as unknown as readonly TypeTab[]
  const load = { rowsOf: () => ({ items: ROWS, count: 1 }), state: { receipt: null } }
  const account = { descriptor: { columns: {} }, name: 'Northwind', fileName: 'x', tabs, load }
  const view = { rows: ROWS, chosen: { rows: [], hidden: 0 }, columns: [], narrowed: false }
  const of = { account, tab: contacts, ...view } as unknown as Exportable
  render(<ScopeChoice {...of} scope="view" onChoose={() => undefined} />)
}

const names = () => screen.getAllByRole('radio').map((radio) => radio.parentElement?.textContent ?? '')

test('the whole account is offered by this name where all of it is loaded', () => {
  show(1)

  expect(names().at(-1)).toContain(words.account)
})

test.each<[string, number | null, readonly Partial<TypeTab>[]]>([
  ['records are missing', 2, []],
  ['nobody knows how many there are', null, []],
  ['access to a type is missing', 1, [{ name: 'deals', label: 'Deals', readable: false }]],
])('nothing is called whole where %s', (_, total, others) => {
  show(total, ...others)

  expect(names().at(-1)).toContain(words.allLoaded)
  expect(names().at(-1)).not.toContain(words.account)
})
