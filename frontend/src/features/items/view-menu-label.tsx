/** What the button of the table's looks says. */
import { SlidersHorizontal } from 'lucide-react'
import { strings } from '../../lib/strings'

export function ViewMenuLabel() {
  return (
    <>
      <SlidersHorizontal aria-hidden="true" />
      {strings.items.view}
    </>
  )
}
