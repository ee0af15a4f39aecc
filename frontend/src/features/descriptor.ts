/** What the page knows of an integration: texts and columns, no behavior. */
import type { ReactNode } from 'react'
import type { Connection, Item } from '../api/types'

export interface IntegrationDescriptor {
  readonly id: string
  readonly label: string
  readonly icon: ReactNode
  readonly tagline: string
  /** What is read, in words for a person. */
  readonly reads: readonly string[]
  readonly never: readonly string[]
  /** Scope → what it allows, for a person. */
  readonly scopeWords: Readonly<Record<string, string>>
  /** What disconnecting means at the vendor: what ends there, when, and what stays. */
  readonly afterDisconnect: string
  /** Who else can connect, for whoever the vendor does not let. */
  readonly adminHint?: string
  /** A record's page at the vendor, from the vendor's own ids of its type and of itself. */
  readonly recordUrl?: (connection: Connection, typeId: string, recordId: string) => string
  /** Object type → the columns of its table; the name comes first and the dates last by themselves. */
  readonly columns: Readonly<Record<string, readonly ColumnSpec[]>>
  /** Its search is quick and cheap enough to be asked while the user types. */
  readonly quickSearch?: boolean
  /** Property → what it means, where the vendor's type does not tell. */
  readonly meanings?: Readonly<Record<string, Meaning>>
  /** Its records can be read one by one, also with all their properties. */
  readonly singles?: boolean
  /** It keeps what the properties of its records were. */
  readonly histories?: boolean
  /** Its records come without the times of their making and last change. */
  readonly timeless?: boolean
  /** The figures at the top of the overview; without them it is how many records there are of each type. */
  readonly figures?: readonly FigureSpec[]
  /** Types whose records move through pipelines: a chart for each pipeline, with its stages in order. */
  readonly funnels?: readonly FunnelSpec[]
  /** The first charts of the overview; when records were created follows. */
  readonly charts: readonly ChartSpec[]
  /** Types of which it is shown when their records were created; the first ones when left out. */
  readonly created?: readonly string[]
}

/** A value as a program reads it. Null is empty. */
export type Cell = string | number | boolean | null

/** What the values of a column are: a cell shows tags, a person with initials, or a link. */
export type Meaning = 'choice' | 'person' | 'email' | 'web' | 'phone'

export interface ColumnSpec {
  readonly id: string
  readonly header: string
  /** The property it shows, whose name may be another than the column's. */
  readonly property?: string
  /** What is shown. */
  readonly text: (item: Item) => string
  /** Plain text when left out. */
  readonly as?: Meaning
  /** The values behind the text of a record that has several. */
  readonly choices?: (item: Item) => readonly string[]
  /** The value in a table file: plain numbers, ISO dates; the text when left out. */
  readonly exported?: (item: Item) => Cell
  /** The code of an amount's currency; a table file has it in a column of its own. */
  readonly currency?: (item: Item) => string | null
  /** The heading under which a column is offered; the integration's own columns have none. */
  readonly group?: string
  /** What is sorted by; the text when left out. Null sorts last. */
  readonly sortBy?: (item: Item) => string | number | null
  /** ISO 8601: the column can be filtered by date. */
  readonly time?: (item: Item) => string | null
  /** How its values are filtered; by date with a `time`, by choice with a `facet`, else by text when left out. */
  readonly kind?: 'text' | 'number' | 'date' | 'choice' | 'flag'
  /** The values of the record where they are not its own; undefined until they are loaded. */
  readonly held?: (item: Item) => Pick<Item, 'properties' | 'labels'> | undefined
  /** The column can be filtered by its values. */
  readonly facet?: boolean
  readonly align?: 'end'
  /** Its text says nothing without the header. */
  readonly bare?: boolean
  /** Share of the width. */
  readonly grow?: number
}

/** Records of a type counted by the values of one of its columns. */
export interface ChartSpec {
  readonly type: string
  readonly column: string
  readonly measure?: Measure
}

/** Both columns stand for a property of the record that holds an id. */
export interface FunnelSpec {
  readonly type: string
  readonly pipeline: string
  readonly stage: string
  readonly measure?: Measure
}

/** How many records of a type there are that pass. A test gives null where the record does not say. */
export interface FigureSpec {
  readonly type: string
  readonly header: string
  readonly test?: (item: Item) => boolean | null
  /** Only records of this many past days. */
  readonly recent?: { readonly days: number; readonly time: (item: Item) => string | null }
  /** Summed, by unit. */
  readonly measure?: Measure
}

/** A number summed beside the count. */
export interface Measure {
  readonly header: string
  readonly value: (item: Item) => number | null
  /** Sums of different units are not added up: the unit of an item's value, such as its currency. */
  readonly unit: (item: Item) => string | null
  readonly format: (sum: number, unit: string | null) => string
}
