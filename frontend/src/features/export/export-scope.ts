/** What an export can take along: the chosen rows, the view, or the whole account. */
import type { Item } from '../../api/types'
import type { ColumnSpec } from '../descriptor'
import type { TypeTab } from '../items/object-types'
import type { ChosenRows } from '../items/use-chosen-rows'
import { accountTables, unreadTypes, type Account } from './account-tables'
import { gapOf, type Gap } from './export-notes'
import { receiptOf, type Receipt, type Table } from './export-job'

export interface Exportable {
  readonly account: Account
  readonly tab: TypeTab
  readonly rows: readonly Item[]
  readonly chosen: ChosenRows
  readonly columns: readonly ColumnSpec[]
  /** How many of the type's records are loaded. */
  readonly loaded: number
  /** Of how many; null when that is not known. */
  readonly total: number | null
  /** A search or filters leave records out. */
  readonly narrowed: boolean
  /** Values of some columns are still to come, or could not be loaded. */
  readonly lacking: boolean
}

export type Scope = 'chosen' | 'view' | 'account'

/** What a choice of the scope takes along. */
export interface Selection {
  readonly tables: readonly Table[]
  readonly receipt: Receipt
  readonly fileName: string
  /** Records of the account that are not loaded, and so cannot be taken along. */
  readonly gap: Gap | null
  /** Values of some of its columns are not loaded. */
  readonly lacking: boolean
}

/** The narrowest scope that has something. */
export function firstScope({ chosen, rows }: Exportable): Scope {
  if (chosen.rows.length > 0) return 'chosen'
  return rows.length > 0 ? 'view' : 'account'
}

export function selectionOf(scope: Scope, props: Exportable): Selection {
  switch (scope) {
    case 'chosen':
      return chosenOf(props)
    case 'view':
      return viewOf(props)
    case 'account':
      return wholeOf(props.account)
  }
}

function chosenOf({ account, tab, chosen, columns, total, narrowed, lacking }: Exportable): Selection {
  const { rows } = chosen
  const table = { name: tab.name, label: tab.label, rows, count: rows.length, columns, total }
  return {
    tables: [table],
    receipt: receiptOf([table], { narrowed, chosen: true }),
    fileName: `${account.fileName}-${tab.name}-chosen`,
    gap: null,
    lacking,
  }
}

function viewOf({ account, tab, rows, columns, loaded, total, narrowed, lacking }: Exportable): Selection {
  const table = { name: tab.name, label: tab.label, rows, count: rows.length, columns, total }
  // What a search or a filter leaves out is not missing, and the vendor's search has no total.
  const gap = narrowed && total === null ? null : gapOf([{ ...table, count: loaded }])
  return {
    tables: [table],
    receipt: receiptOf([table], { narrowed }),
    fileName: `${account.fileName}-${tab.name}`,
    gap,
    lacking,
  }
}

function wholeOf(account: Account): Selection {
  const tables = accountTables(account)
  const receipt = receiptOf(tables, { narrowed: false, leftOut: unreadTypes(account.tabs) })
  return { tables, receipt, fileName: account.fileName, gap: gapOf(tables), lacking: false }
}
