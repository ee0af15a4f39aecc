/** What stands in the place of records of a type that the account does not have, or not yet. */
import { SearchX } from 'lucide-react'
import { EmptyState } from '../../components/empty-state'
import { Skeleton } from '../../components/skeleton'
import { strings } from '../../lib/strings'

const words = strings.items

/** `asking`: the account has not said yet which types there are. */
export function UnknownType({ asking }: { readonly asking: boolean }) {
  if (asking)
    return (
      <div className="record-skeleton" aria-busy="true">
        <Skeleton width="40%" height="1.2rem" />
        <Skeleton width="100%" height="2.2rem" />
      </div>
    )
  return (
    <EmptyState icon={<SearchX />} title={words.unknownTitle} role="status">
      <p>{words.unknownText}</p>
    </EmptyState>
  )
}
