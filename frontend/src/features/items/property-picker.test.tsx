// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, expect, test } from 'vitest'
import type { ColumnSpec } from '../descriptor'
import { PropertyPicker } from './property-picker'

const COLUMNS: readonly ColumnSpec[] = [
  { id: 'fax', header: 'Fax', group: 'Contact', text: () => '' },
  { id: 'zip', header: 'Zip', group: 'Contact', text: () => '' },
]

function Picker() {
  const [chosen, setChosen] = useState<readonly ColumnSpec[]>([])
  return (
    <PropertyPicker
      columns={COLUMNS}
      chosen={chosen}
      onToggle={(column, on) => {
        setChosen(on ? [...chosen, column] : chosen.filter((other) => other !== column))
      }}
    />
  )
}

afterEach(cleanup)

test('a property keeps the focus when it moves to the chosen ones and back', () => {
  render(<Picker />)
  screen.getByLabelText('Zip').focus()

  fireEvent.click(screen.getByLabelText('Zip'))
  expect(document.activeElement).toBe(screen.getByLabelText('Zip'))

  fireEvent.click(screen.getByLabelText('Zip'))
  expect(document.activeElement).toBe(screen.getByLabelText('Zip'))
})
