/** The panel of a record that is not loaded: on its way, why it is not here, how to get it, or where else to see it. */
import { Download, ExternalLink, SearchX } from 'lucide-react'
import { Button, ButtonLink } from '../../components/button'
import { EmptyState } from '../../components/empty-state'
import { ErrorState } from '../../components/error-state'
import { Skeleton } from '../../components/skeleton'
import type { Problem } from '../../lib/problem'
import { strings } from '../../lib/strings'
import type { AccountLoad } from '../load/account-load'
import { isActive } from '../load/load-state'
import type { Records } from './use-records'

const words = strings.detail
/** There is no such record, or no such id. */
const ABSENT = [404, 422]

interface MissingItemProps {
  /** It is requested by itself. */
  readonly coming: boolean
  /** Why that failed. */
  readonly problem: Problem | null
  readonly onRetry: () => void
  readonly records: Records
  readonly load: AccountLoad
  readonly vendor: string
  /** The record's page at the vendor; null when it is not known. */
  readonly url: string | null
  readonly onLoad: () => void
}

export function MissingItem({ coming, problem, onRetry, records, load, vendor, url, onLoad }: MissingItemProps) {
  if (coming || records.pending || isActive(load.state)) return <OnItsWay loading={isActive(load.state)} />
  const link = url !== null && (
    <ButtonLink icon={<ExternalLink />} href={url} target="_blank" rel="noopener noreferrer">
      {words.open(vendor)}
    </ButtonLink>
  )
  const absent = problem !== null && ABSENT.includes(problem.status)
  if (problem !== null && !absent) return <ErrorState problem={problem} onRetry={onRetry} actions={link} />
  const loaded = absent || load.state.phase === 'done'
  const resumable = load.state.resume !== null
  return (
    <EmptyState
      icon={<SearchX />}
      title={loaded ? words.absentTitle : words.missingTitle}
      role="status"
      actions={
        <>
          {!loaded && (
            <Button
              variant="primary"
              icon={<Download />}
              onClick={() => {
                if (resumable) void load.resume()
                else onLoad()
              }}
            >
              {resumable ? strings.load.resume : strings.load.start}
            </Button>
          )}
          {link}
        </>
      }
    >
      <p>{loaded ? words.absentText : words.missingText}</p>
    </EmptyState>
  )
}

function OnItsWay({ loading }: { readonly loading: boolean }) {
  return (
    <div className="record-skeleton" role="status">
      {loading && <p className="muted">{words.awaited}</p>}
      <Skeleton width="70%" height="1.6rem" />
      <Skeleton width="40%" />
      <Skeleton width="90%" />
      <Skeleton width="80%" />
    </div>
  )
}
