/** What a value is shown as, by what the values of its column mean. Functions, not components: a table has hundreds of cells. */
import type { CSSProperties, ReactNode } from 'react'
import type { Item } from '../../api/types'
import type { ColumnSpec } from '../descriptor'
import { linkTo } from './cell-links'
import { hueOf, initialsOf } from './initials'

type Shown = Pick<ColumnSpec, 'as' | 'choices'>

const NEW_TAB = { target: '_blank', rel: 'noopener noreferrer' }

/** `tabIndex` is for links: those of one row are in the tab order. */
export function cellContent(column: ColumnSpec, item: Item, text: string, tabIndex: number): ReactNode {
  if (text === '') return null
  return meaningContent(column, item, text, tabIndex) ?? cellText(text, text)
}

/** Null for what is plain text. */
export function meaningContent(column: Shown, item: Item, text: string, tabIndex?: number): ReactNode {
  if (text === '') return null
  if (column.as === 'choice') return tags(column.choices?.(item) ?? [text], text)
  if (column.as === 'person') return person(text)
  const href = linkTo(column.as, text)
  if (href === null) return null
  const link = (
    <a href={href} tabIndex={tabIndex} {...(column.as === 'web' ? NEW_TAB : {})}>
      {text}
    </a>
  )
  return cellText(text, link)
}

/** Names and values are written in any language: each has the direction of its own letters. */
function cellText(title: string, content: ReactNode): ReactNode {
  return (
    <span className="cell-text" dir="auto" title={title}>
      {content}
    </span>
  )
}

function tags(choices: readonly string[], title: string): ReactNode {
  return (
    <span className="tags" title={title}>
      {choices.map((choice, place) => (
        // Two options may have the same label.
        <span key={place} className="tag cell-text" dir="auto">
          {choice}
        </span>
      ))}
    </span>
  )
}

/** The initials are drawn by the style sheet: they are no part of the text, which says the name. */
function person(name: string): ReactNode {
  const initials = initialsOf(name)
  const hue = { '--hue': hueOf(name) } as CSSProperties
  return (
    <span className="person">
      {initials !== '' && <span className="initials" data-initials={initials} style={hue} aria-hidden="true" />}
      {cellText(name, name)}
    </span>
  )
}
