/** What can be done with the chosen rows. */
import { Copy, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../components/button'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import type { ColumnSpec } from '../descriptor'
import { MAX_COPIED_ROWS, useCopyKey, useCopyRows, type CopyOutcome } from '../export/use-copy-rows'
import { focusRows } from './focus-rows'
import type { ChosenRows } from './use-chosen-rows'

const words = strings.choice

interface ChosenBarProps {
  readonly chosen: ChosenRows
  /** What is copied. */
  readonly columns: readonly ColumnSpec[]
  /** The export. */
  readonly children: ReactNode
}

export function ChosenBar({ chosen, columns, children }: ChosenBarProps) {
  const { outcome, copy } = useCopyRows(chosen.rows, columns)
  const copyIfAny = () => {
    if (chosen.rows.length > 0) copy()
  }
  useCopyKey(copyIfAny)
  return (
    <div className="chosen-bar" role="group" aria-label={words.title}>
      <Button size="small" icon={<Copy />} disabled={chosen.rows.length === 0} onClick={copyIfAny}>
        {strings.action.copy}
      </Button>
      {children}
      <Button
        size="small"
        variant="quiet"
        icon={<X />}
        onClick={() => {
          focusRows()
          chosen.actions.clear()
        }}
      >
        {words.clear}
      </Button>
      <p className="chosen-outcome" role="status">
        {outcome && outcomeText(outcome, chosen.rows.length)}
      </p>
    </div>
  )
}

function outcomeText(outcome: CopyOutcome, rows: number): string {
  switch (outcome) {
    case 'copied':
      return words.copied(rows)
    case 'too-many':
      return words.tooMany(formatCount(MAX_COPIED_ROWS))
    case 'failed':
      return words.copyFailed
  }
}
