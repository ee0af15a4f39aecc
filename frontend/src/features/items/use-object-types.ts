/** What an account offers: its types at once, their totals as soon as the vendor has counted. */
import { useQuery } from '@tanstack/react-query'
import { objectTypesQuery } from '../../api/integrations'
import type { ItemWarning, ObjectType, ObjectTypeList } from '../../api/types'
import { withCounts } from './object-types'

const MAX_RECOUNTS = 2
const RECOUNT_MS = 5_000
const NO_WARNINGS: readonly ItemWarning[] = []

interface OfferedTypes {
  /** Undefined until the account has said, and when it cannot be asked. */
  readonly types: readonly ObjectType[] | undefined
  /** Types that the vendor did not list, and why. */
  readonly warnings: readonly ItemWarning[]
  /** Not even the types are known yet. */
  readonly asking: boolean
  readonly counting: boolean
  /** Some totals are unknown although the vendor was asked. */
  readonly uncounted: boolean
  readonly recount: () => void
}

export function useObjectTypes(provider: string, connectionId: string): OfferedTypes {
  const offered = useQuery(objectTypesQuery(provider, connectionId, false))
  const counted = useQuery({
    ...objectTypesQuery(provider, connectionId, true),
    // A count that the vendor did not answer is asked for again a few times.
    refetchInterval: ({ state }) =>
      hasUnknown(state.data) && state.dataUpdateCount <= MAX_RECOUNTS ? RECOUNT_MS : false,
  })
  const known = offered.data ?? counted.data
  return {
    types: known && withCounts(known.object_types, counted.data?.object_types ?? []),
    warnings: (counted.data ?? known)?.warnings ?? NO_WARNINGS,
    asking: !known && (offered.isPending || counted.isPending),
    counting: counted.isPending || (counted.isFetching && hasUnknown(counted.data)),
    uncounted: !counted.isFetching && (counted.isError || hasUnknown(counted.data)),
    recount: () => void counted.refetch(),
  }
}

function hasUnknown(list: ObjectTypeList | undefined): boolean {
  const totals = (list?.object_types ?? []).filter((type) => type.readable).map((type) => type.total)
  // Some vendors count nothing: that is not a failure.
  return totals.includes(null) && totals.some((total) => total !== null)
}
