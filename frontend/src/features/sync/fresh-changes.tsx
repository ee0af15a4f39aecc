/** Says how many records changed since the displayed ones were read, and offers to show them. */
import { useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useEffect } from 'react'
import { runsQuery, type SyncView } from '../../api/sync'
import { Button } from '../../components/button'
import { formatCount } from '../../lib/format'
import { strings } from '../../lib/strings'
import { changesSince } from './changes-since'

const words = strings.sync

interface FreshChangesProps {
  readonly target: { readonly provider: string; readonly connectionId: string }
  /** Its last run tells when to look again. */
  readonly state: SyncView
  /** Milliseconds, as Date.now(). */
  readonly readAt: number
  readonly onShow: () => void
}

export function FreshChanges({ target, state, readAt, onShow }: FreshChangesProps) {
  const { data: runs = [], refetch } = useQuery({ ...runsQuery(target), refetchInterval: false })
  const lastRun = state.last_run?.run_id
  useEffect(() => {
    void refetch()
  }, [lastRun, refetch])
  const changes = changesSince(runs, readAt)
  if (changes === null) return null
  const counts = [changes.added, changes.changed, changes.deleted].map(formatCount) as [string, string, string]
  return (
    <div className="partial-note fresh-changes" role="status">
      <span>{words.newChanges(words.changedLabel(...counts))}</span>
      <Button size="small" variant="quiet" icon={<RefreshCw />} onClick={onShow}>
        {words.show}
      </Button>
    </div>
  )
}
