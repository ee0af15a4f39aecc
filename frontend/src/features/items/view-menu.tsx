/** What the table looks like: the height of its rows, and which columns it has. Open from the start. */
import { Popover } from '@base-ui/react/popover'
import { useId } from 'react'
import { Button, buttonClass } from '../../components/button'
import { strings } from '../../lib/strings'
import { useUrlState, type Density } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { idsOf, withColumn } from './column-order'
import type { Columns } from './columns'
import { PropertyPicker } from './property-picker'
import { ViewMenuLabel } from './view-menu-label'

const words = strings.items
const DENSITIES: readonly Density[] = ['comfortable', 'compact']

interface ViewMenuProps {
  readonly columns: Columns
  /** Null when the columns are the usual ones. */
  readonly onReset: (() => void) | null
}

export function ViewMenu({ columns, onReset }: ViewMenuProps) {
  const [url, setUrl] = useUrlState()
  const { all, usual, chosen } = columns
  const own = all.findIndex((column) => column.group !== undefined)
  const propertiesFrom = own === -1 ? all.length : own
  const toggle = (column: ColumnSpec, on: boolean) => {
    const next = on ? withColumn(chosen, column, usual) : chosen.filter((other) => other !== column)
    setUrl({ cols: idsOf(next, usual) }, 'replace')
  }
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger className={buttonClass('secondary', 'small')}>
        <ViewMenuLabel />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-positioner" sideOffset={6} align="end">
          <Popover.Popup className="menu view-menu">
            <Popover.Title className="visually-hidden">{words.view}</Popover.Title>
            <DensityChoice
              density={url.density}
              onChoose={(density) => {
                setUrl({ density }, 'replace')
              }}
            />
            <ColumnGroup
              label={words.columns}
              columns={all.slice(1, propertiesFrom)}
              chosen={chosen}
              onToggle={toggle}
            />
            <PropertyPicker columns={all.slice(propertiesFrom)} chosen={chosen} onToggle={toggle} />
            {onReset && (
              <Button variant="quiet" size="small" onClick={onReset}>
                {words.columnsReset}
              </Button>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface DensityChoiceProps {
  readonly density: Density
  readonly onChoose: (density: Density) => void
}

function DensityChoice({ density, onChoose }: DensityChoiceProps) {
  const name = useId()
  return (
    <fieldset className="choices">
      <legend className="menu-label">{words.density}</legend>
      {DENSITIES.map((entry) => (
        <label key={entry} className="choice">
          <input
            type="radio"
            name={name}
            checked={entry === density}
            onChange={() => {
              onChoose(entry)
            }}
          />
          {words.densities[entry]}
        </label>
      ))}
    </fieldset>
  )
}

interface ColumnGroupProps {
  readonly label: string
  readonly columns: readonly ColumnSpec[]
  readonly chosen: readonly ColumnSpec[]
  readonly onToggle: (column: ColumnSpec, on: boolean) => void
}

function ColumnGroup({ label, columns, chosen, onToggle }: ColumnGroupProps) {
  if (columns.length === 0) return null
  return (
    <fieldset className="choices">
      <legend className="menu-label">{label}</legend>
      {columns.map((column) => (
        <label key={column.id} className="choice">
          <input
            type="checkbox"
            checked={chosen.includes(column)}
            onChange={(event) => {
              onToggle(column, event.target.checked)
            }}
          />
          {column.header}
        </label>
      ))}
    </fieldset>
  )
}
