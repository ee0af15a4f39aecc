/** Why a sync, or one object type of it, does not go on, with what can be done about it. */
import type { SyncView } from '../../api/sync'
import { Banner } from '../../components/banner'
import { Button } from '../../components/button'
import { detailOf } from '../../lib/problem'
import { strings } from '../../lib/strings'

const words = strings.sync

export type Fault = NonNullable<SyncView['error']>

interface FaultActionProps {
  readonly fault: Fault
  /** Connects again, and asks for these scopes, too. */
  readonly onConnect: (scopes?: readonly string[]) => void
  readonly onRetry: () => void
}

export function SyncFault({ title, ...props }: FaultActionProps & { readonly title: string }) {
  return (
    <Banner tone="warn" title={title} actions={<FaultAction {...props} />}>
      <p>{detailOf(props.fault)}</p>
    </Banner>
  )
}

/** Nothing for what only an administrator can mend: the sentence says so. */
export function FaultAction({ fault, onConnect, onRetry }: FaultActionProps) {
  const missing = fault.missing_scopes
  if (missing.length > 0 || fault.action === 'reconnect')
    return (
      <Button
        size="small"
        onClick={() => {
          onConnect(missing)
        }}
      >
        {missing.length > 0 ? words.grant : strings.connect.reconnect}
      </Button>
    )
  if (fault.action !== 'retry' && fault.action !== 'wait') return null
  return (
    <Button size="small" onClick={onRetry}>
      {strings.action.retry}
    </Button>
  )
}
