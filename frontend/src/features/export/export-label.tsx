/** What the button of the exports says. */
import { Download } from 'lucide-react'
import { strings } from '../../lib/strings'

export function ExportLabel() {
  return (
    <>
      <Download aria-hidden="true" />
      {strings.exporting.button}
    </>
  )
}
