/** What can be done with a column without dragging. Open from the start. */
import { Popover } from '@base-ui/react/popover'
import { ArrowLeft, ArrowRight, EllipsisVertical, EyeOff, MoveHorizontal, Pin, PinOff, RotateCcw } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { strings } from '../../lib/strings'
import type { ColumnToolsProps } from './column-tools'

const words = strings.items

export function ColumnMenu({ column, arrangement, change }: ColumnToolsProps) {
  const { columns, pinned, widths } = arrangement
  const { id } = column
  const place = columns.indexOf(column)
  const isPinned = place < pinned
  const [first, last] = isPinned ? [1, pinned - 1] : [pinned, columns.length - 1]
  /** The part of the head that gets the focus when the menu closes: the column may stand elsewhere then. */
  const focused = useRef('.column-more')
  const at = `[data-column="${CSS.escape(id)}"]`
  return (
    <Popover.Root
      defaultOpen
      onOpenChange={(open) => {
        if (open) focused.current = '.column-more'
      }}
    >
      <Popover.Trigger className="column-more" aria-label={words.columnOptions(column.header)}>
        <EllipsisVertical aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-positioner" sideOffset={4} align="end">
          <Popover.Popup
            className="menu column-menu"
            finalFocus={() =>
              document.querySelector<HTMLElement>(`${at} ${focused.current}`) ??
              document.querySelector<HTMLElement>('.column-more')
            }
          >
            <Popover.Title className="menu-label">{column.header}</Popover.Title>
            {place > 0 && (
              <>
                <Action
                  icon={<ArrowLeft />}
                  disabled={place === first}
                  onClick={() => {
                    change.move(id, place - 1)
                  }}
                >
                  {words.moveLeft}
                </Action>
                <Action
                  icon={<ArrowRight />}
                  disabled={place === last}
                  onClick={() => {
                    change.move(id, place + 1)
                  }}
                >
                  {words.moveRight}
                </Action>
                <Action
                  icon={isPinned ? <PinOff /> : <Pin />}
                  onClick={() => {
                    change.pin(id, !isPinned)
                  }}
                >
                  {isPinned ? words.unpin : words.pin}
                </Action>
              </>
            )}
            <Action
              icon={<MoveHorizontal />}
              onClick={() => {
                focused.current = '.column-edge'
              }}
            >
              {words.changeWidth}
            </Action>
            {widths[id] !== undefined && (
              <Action
                icon={<RotateCcw />}
                onClick={() => {
                  change.resetWidth(id)
                }}
              >
                {words.resetWidth}
              </Action>
            )}
            {place > 0 && (
              <Action
                icon={<EyeOff />}
                onClick={() => {
                  change.hide(id)
                }}
              >
                {words.hideColumn}
              </Action>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface ActionProps {
  readonly icon: ReactNode
  readonly disabled?: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}

function Action({ icon, disabled = false, onClick, children }: ActionProps) {
  return (
    <Popover.Close className="menu-item" disabled={disabled} onClick={onClick}>
      <span className="menu-check" aria-hidden="true">
        {icon}
      </span>
      {children}
    </Popover.Close>
  )
}
