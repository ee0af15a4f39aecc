/** What the table looks like: the height of its rows, and which columns it has. */
import { Menu } from '@base-ui/react/menu'
import { Check, SlidersHorizontal } from 'lucide-react'
import type { ReactNode } from 'react'
import { buttonClass } from '../../components/button'
import { strings } from '../../lib/strings'
import { useUrlState, type Density } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import type { Columns } from './type-panel'

const words = strings.items
const DENSITIES: readonly Density[] = ['comfortable', 'compact']

export function ViewMenu({ columns }: { readonly columns: Columns }) {
  const [url, setUrl] = useUrlState()
  const { all, usual, chosen } = columns
  const own = usual.length + 1
  const toggle = (column: ColumnSpec, on: boolean) => {
    const ids = chosen.map((entry) => entry.id)
    const next = on ? [...ids, column.id] : ids.filter((id) => id !== column.id)
    setUrl({ cols: sameColumns(next, usual) ? [] : next }, 'replace')
  }
  return (
    <Menu.Root>
      <Menu.Trigger className={buttonClass('secondary', 'small')}>
        <SlidersHorizontal aria-hidden="true" />
        {words.view}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-positioner" sideOffset={6} align="end">
          <Menu.Popup className="menu">
            <Menu.RadioGroup
              value={url.density}
              onValueChange={(density: Density) => {
                setUrl({ density }, 'replace')
              }}
            >
              <Menu.GroupLabel className="menu-label">{words.density}</Menu.GroupLabel>
              {DENSITIES.map((density) => (
                <Menu.RadioItem key={density} value={density} className="menu-item">
                  <Checked indicator={<Menu.RadioItemIndicator render={<Check aria-hidden="true" />} />} />
                  <span className="menu-text">{words.densities[density]}</span>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <ColumnGroup label={words.columns} columns={all.slice(1, own)} chosen={chosen} onToggle={toggle} />
            <ColumnGroup label={words.moreColumns} columns={all.slice(own)} chosen={chosen} onToggle={toggle} />
            {url.cols.length > 0 && (
              <Menu.Item
                className="menu-item"
                onClick={() => {
                  setUrl({ cols: [] }, 'replace')
                }}
              >
                <Checked indicator={null} />
                <span className="menu-text">{words.columnsReset}</span>
              </Menu.Item>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
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
    <Menu.Group>
      <Menu.GroupLabel className="menu-label">{label}</Menu.GroupLabel>
      {columns.map((column) => (
        <Menu.CheckboxItem
          key={column.id}
          className="menu-item"
          checked={chosen.includes(column)}
          onCheckedChange={(on) => {
            onToggle(column, on)
          }}
        >
          <Checked indicator={<Menu.CheckboxItemIndicator render={<Check aria-hidden="true" />} />} />
          <span className="menu-text">{column.header}</span>
        </Menu.CheckboxItem>
      ))}
    </Menu.Group>
  )
}

function Checked({ indicator }: { readonly indicator: ReactNode }) {
  return <span className="menu-check">{indicator}</span>
}

function sameColumns(ids: readonly string[], usual: readonly ColumnSpec[]): boolean {
  return ids.length === usual.length && usual.every((column) => ids.includes(column.id))
}
