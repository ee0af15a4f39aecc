/** What is not quite right with the rows below: left-out types, or rows that could not be updated. */
import { KeyRound, RotateCw } from 'lucide-react'
import type { ItemWarning } from '../../api/types'
import { Banner } from '../../components/banner'
import { Button } from '../../components/button'
import { Reference } from '../../components/reference'
import { formatCount } from '../../lib/format'
import type { Problem } from '../../lib/problem'
import { strings } from '../../lib/strings'

/** Of what cannot be helped by a click. */
const MAX_SHOWN = 3

interface ItemNoticesProps {
  readonly warnings: readonly ItemWarning[]
  /** Why the rows could not be read again; they are still shown. */
  readonly staleProblem: Problem | null
  readonly onRetry: () => void
  readonly onGrant: (scopes: readonly string[]) => void
}

export function ItemNotices({ warnings, staleProblem, onRetry, onGrant }: ItemNoticesProps) {
  const grantable = warnings.filter((warning) => warning.missing_scopes.length > 0)
  const others = warnings.filter((warning) => warning.missing_scopes.length === 0)
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
      {grantable.map((warning) => (
        <Banner
          key={warning.detail}
          tone="warn"
          title={strings.items.warningTitle}
          actions={
            <Button
              size="small"
              icon={<KeyRound />}
              onClick={() => {
                onGrant(warning.missing_scopes)
              }}
            >
              {strings.connection.grant}
            </Button>
          }
        >
          <p>{warning.detail}</p>
        </Banner>
      ))}
      {others.length > 0 && (
        <Banner tone="warn" title={strings.items.warningTitle}>
          {others.slice(0, MAX_SHOWN).map((warning) => (
            <p key={warning.detail}>{warning.detail}</p>
          ))}
          {others.length > MAX_SHOWN && <p>{strings.items.moreWarnings(formatCount(others.length - MAX_SHOWN))}</p>}
        </Banner>
      )}
    </>
  )
}
