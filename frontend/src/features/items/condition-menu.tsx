/** Adds a condition on a property, or changes one. Open from the start: its pill requests it. */
import { Popover } from '@base-ui/react/popover'
import { useState, type ReactNode } from 'react'
import { strings } from '../../lib/strings'
import type { Condition } from '../../lib/url-state'
import type { ColumnSpec } from '../descriptor'
import { ConditionForm } from './condition-form'
import { PropertyList } from './property-list'
import type { ValueSource } from './use-choices'

const words = strings.conditions

interface ConditionMenuProps {
  readonly columns: readonly ColumnSpec[]
  /** The one to change; null adds one. */
  readonly condition: Condition | null
  readonly source: ValueSource
  readonly className: string
  /** What the pill shows. */
  readonly children: ReactNode
  readonly onApply: (condition: Condition) => void
}

export function ConditionMenu({ columns, condition, source, className, children, onApply }: ConditionMenuProps) {
  const [open, setOpen] = useState(true)
  const [picked, setPicked] = useState<string | null>(null)
  const column = columns.find((entry) => entry.id === (condition?.column ?? picked))
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        if (next) setPicked(null)
      }}
    >
      <Popover.Trigger className={className}>{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-positioner" sideOffset={6} align="start">
          <Popover.Popup className={column ? 'menu popover condition-menu' : 'menu condition-menu'}>
            <Popover.Title className={column ? 'popover-title' : 'visually-hidden'}>
              {column?.header ?? words.choose}
            </Popover.Title>
            {column ? (
              <ConditionForm
                key={column.id}
                column={column}
                condition={condition}
                source={source}
                onApply={(next) => {
                  setOpen(false)
                  onApply(next)
                }}
              />
            ) : (
              <PropertyList
                columns={columns}
                onChoose={(chosen) => {
                  setPicked(chosen.id)
                }}
              />
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
