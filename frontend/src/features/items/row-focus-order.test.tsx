// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import { useRef } from 'react'
import { afterEach, expect, test } from 'vitest'
import type { Item } from '../../api/types'
import { makeItem } from '../../test-items'
import { useRowFocus } from './use-row-focus'

const ROWS = ['a', 'b', 'c', 'd'].map((id) => makeItem({ id, name: id }))
const DRAWN = 3
const NOTHING = () => undefined

/** Draws the first rows, as the table draws those on the screen. */
function Grid({ rows }: { readonly rows: readonly Item[] }) {
  const grid = useRef<HTMLDivElement>(null)
  const focus = useRowFocus({ rows, grid, scrollTo: NOTHING, open: NOTHING, extend: NOTHING, onOtherKey: () => false })
  return (
    <>
      <input aria-label="elsewhere" />
      <div ref={grid} role="grid" tabIndex={-1} onFocus={focus.onFocus} onBlur={focus.onBlur}>
        {rows.slice(0, DRAWN).map((row, index) => (
          <div
            key={row.id}
            role="row"
            data-index={index}
            data-id={row.id}
            tabIndex={index === focus.active ? 0 : -1}
            onFocus={() => {
              focus.setActive(index)
            }}
          >
            {row.name}
          </div>
        ))}
      </div>
    </>
  )
}

function ordered(...ids: string[]): Item[] {
  return ids.flatMap((id) => ROWS.find((row) => row.id === id) ?? [])
}

afterEach(cleanup)

test('the focus stays with its record when the order changes', () => {
  const view = render(<Grid rows={ROWS} />)
  screen.getByText('a').focus()

  view.rerender(<Grid rows={ordered('c', 'b', 'a', 'd')} />)

  expect(document.activeElement).toBe(screen.getByText('a'))
  expect(screen.getByText('a').tabIndex).toBe(0)
  expect(screen.getByText('c').tabIndex).toBe(-1)
})

test('the grid holds the focus of a record that moved out of sight, until it is drawn again', () => {
  const view = render(<Grid rows={ROWS} />)
  screen.getByText('a').focus()

  view.rerender(<Grid rows={ordered('b', 'c', 'd', 'a')} />)
  expect(document.activeElement).toBe(screen.getByRole('grid'))

  view.rerender(<Grid rows={ROWS} />)
  expect(document.activeElement).toBe(screen.getByText('a'))
})

test('what has the focus elsewhere keeps it', () => {
  const view = render(<Grid rows={ROWS} />)
  screen.getByText('a').focus()
  screen.getByRole('textbox').focus()

  view.rerender(<Grid rows={ordered('d', 'c', 'b', 'a')} />)

  expect(document.activeElement).toBe(screen.getByRole('textbox'))
})
