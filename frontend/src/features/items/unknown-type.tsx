/** What stands in the place of records of a type that the account does not have, or not yet. */
import { useQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { itemQuery } from '../../api/item'
import { EmptyState } from '../../components/empty-state'
import { Skeleton } from '../../components/skeleton'
import { strings } from '../../lib/strings'

const words = strings.items

interface UnknownTypeProps {
  readonly provider: string
  readonly connectionId: string
  /** The account has not said yet which types there are. */
  readonly asking: boolean
  /** The record that the address opens: it is requested meanwhile. */
  readonly itemId: string | null
}

export function UnknownType({ provider, connectionId, asking, itemId }: UnknownTypeProps) {
  useQuery({ ...itemQuery({ provider, connectionId, itemId: itemId ?? '' }), enabled: asking && itemId !== null })
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
