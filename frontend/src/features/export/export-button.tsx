/** Opens the exports, by a click or as a command. */
import { useState } from 'react'
import { buttonClass } from '../../components/button'
import { FirstUse, preparedPart } from '../../components/first-use'
import { useCommand } from '../../lib/commands'
import { strings } from '../../lib/strings'
import { loadedRecords } from './account-tables'
import { ExportLabel } from './export-label'
import type { Exportable } from './export-scope'

const [ExportMenu, prepare] = preparedPart(async () => (await import('./export-menu')).ExportMenu)

export function ExportButton(of: Exportable) {
  const [open, setOpen] = useState(false)
  const [used, setUsed] = useState(false)
  const able = of.rows.length > 0 || loadedRecords(of.account) > 0
  useCommand('export', able ? strings.exporting.title(of.tab.label) : null, () => {
    setUsed(true)
    setOpen(true)
  })
  return (
    <FirstUse
      className={buttonClass('secondary', 'small')}
      disabled={!able}
      prepare={prepare}
      used={used}
      onClick={() => {
        setOpen(true)
      }}
      menu={<ExportMenu {...of} able={able} open={open} setOpen={setOpen} />}
    >
      <ExportLabel />
    </FirstUse>
  )
}
