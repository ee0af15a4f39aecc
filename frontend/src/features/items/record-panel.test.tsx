// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { RecordPanel } from './record-panel'

afterEach(cleanup)

test('a panel that goes with the focus, as by the back button, leaves it in the table', () => {
  const props = { item: null, previous: null, next: null, takesFocus: true, missing: 'not here' } as unknown
  const table = (
    <div role="grid">
      <div data-index="0" tabIndex={0}>
        Ada
      </div>
    </div>
  )
  const { rerender } = render(
    <>
      {table}
      <RecordPanel {...(props as Parameters<typeof RecordPanel>[0])} />
    </>,
  )
  expect(document.activeElement?.textContent).toContain('not here')

  rerender(<>{table}</>)

  expect(document.activeElement).toBe(screen.getByText('Ada'))
})
