/** What arranges a column, in its head: dragging the head, a menu, and the edge that makes it wider. */
import { EllipsisVertical } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { FirstUse, preparedPart } from '../../components/first-use'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { ColumnEdge } from './column-edge'
import { dragHead } from './drag-head'
import type { ColumnArrangement, ColumnChanges } from './use-column-arrangement'

const [ColumnMenu, prepareColumnMenu] = preparedPart(async () => (await import('./column-menu')).ColumnMenu)

export interface ColumnToolsProps {
  readonly column: ColumnSpec
  readonly arrangement: ColumnArrangement
  readonly change: ColumnChanges
}

export function ColumnTools(props: ColumnToolsProps) {
  const { column, arrangement, change } = props
  const edge = useRef<HTMLDivElement>(null)
  const movable = column !== arrangement.columns[0]
  useEffect(() => {
    const head = edge.current?.closest<HTMLElement>('[data-column]')
    if (!head || !movable) return
    const press = (event: PointerEvent) => {
      const { button, pointerType, target } = event
      // A finger scrolls; it has the menu.
      if (button !== 0 || pointerType === 'touch' || !(target instanceof Element)) return
      if (target === head || target.closest('.sort'))
        dragHead(event, head, (place) => {
          change.move(column.id, place)
        })
    }
    head.addEventListener('pointerdown', press)
    return () => {
      head.removeEventListener('pointerdown', press)
    }
  }, [column.id, change, movable])
  return (
    <>
      <FirstUse
        className="column-more"
        aria-label={strings.items.columnOptions(column.header)}
        prepare={prepareColumnMenu}
        menu={<ColumnMenu {...props} />}
      >
        <EllipsisVertical aria-hidden="true" />
      </FirstUse>
      <ColumnEdge ref={edge} {...props} />
    </>
  )
}
