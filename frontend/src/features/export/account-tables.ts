/** Everything of an account that is loaded, as tables: one a type, with all properties its records were read with. */
import type { IntegrationDescriptor } from '../descriptor'
import { allColumns, defaultColumns } from '../items/columns'
import type { TypeTab } from '../items/object-types'
import type { AccountLoad } from '../load/account-load'
import type { Table } from './export-job'

export interface Account {
  readonly descriptor: IntegrationDescriptor
  /** For a person. */
  readonly name: string
  /** Without extension. */
  readonly fileName: string
  readonly tabs: readonly TypeTab[]
  readonly load: AccountLoad
}

/** A type without records has no table; one that is not loaded yet has an empty one, which counts as missing. */
export function accountTables({ descriptor, tabs, load }: Account): readonly Table[] {
  return tabs
    .filter((tab) => tab.readable)
    .map((tab) => {
      const { items, count } = load.rowsOf(tab.name)
      const sample = items[0]
      const read = { properties: tab.properties.filter(({ name }) => sample && name in sample.properties) }
      const columns = allColumns(defaultColumns(descriptor, tab.name, read, sample), read, items)
      const whole = load.state.receipt?.object_types[tab.name]?.complete === true
      return { name: tab.name, label: tab.label, rows: items, count, columns, total: whole ? count : tab.total }
    })
    .filter((table) => table.count > 0 || table.total !== 0)
}

/** The labels of the types whose records cannot be read. */
export function unreadTypes(tabs: readonly TypeTab[]): readonly string[] {
  return tabs.filter((tab) => !tab.readable).map((tab) => tab.label)
}

export function loadedRecords({ tabs, load }: Pick<Account, 'tabs' | 'load'>): number {
  return tabs.reduce((sum, tab) => sum + load.rowsOf(tab.name).count, 0)
}
