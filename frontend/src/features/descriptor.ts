/** What an integration tells the page about itself: words and columns, no behaviour. */
import type { ReactNode } from 'react'
import type { Item } from '../api/types'

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
  /** Object type → the columns of its table; the name comes first and the dates last by themselves. */
  readonly columns: Readonly<Record<string, readonly ColumnSpec[]>>
}

export interface ColumnSpec {
  readonly id: string
  readonly header: string
  /** What is shown and searched. */
  readonly text: (item: Item) => string
  /** What is sorted by; the text when left out. Null sorts last. */
  readonly sortBy?: (item: Item) => string | number | null
  readonly align?: 'end'
  /** Share of the width. */
  readonly grow?: number
}
