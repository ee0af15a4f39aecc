/** What is not quite right with the rows below: left-out types, or rows that could not be updated. */
import { RotateCw } from 'lucide-react'
import type { ItemWarning } from '../../api/types'
import { Banner } from '../../components/banner'
import { Button } from '../../components/button'
import { Reference } from '../../components/reference'
import type { Problem } from '../../lib/problem'
import { strings } from '../../lib/strings'
import { Warnings } from './warnings'

interface ItemNoticesProps {
  readonly warnings: readonly ItemWarning[]
  /** Why the rows could not be read again; they are still shown. */
  readonly staleProblem: Problem | null
  readonly onRetry: () => void
  readonly onGrant: (scopes: readonly string[]) => void
}

export function ItemNotices({ warnings, staleProblem, onRetry, onGrant }: ItemNoticesProps) {
  return (
    <>
      {staleProblem && (
        <Banner
          tone="warn"
          title={strings.items.staleTitle}
          actions={
            <Button size="small" icon={<RotateCw />} onClick={onRetry}>
              {strings.action.retry}
            </Button>
          }
        >
          <p>{staleProblem.detail}</p>
          <Reference id={staleProblem.correlationId} />
        </Banner>
      )}
      <Warnings title={strings.items.warningTitle} warnings={warnings} onGrant={onGrant} />
    </>
  )
}
