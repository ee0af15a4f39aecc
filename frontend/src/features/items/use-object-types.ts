/** What an account offers: its types at once, their totals as soon as the vendor has counted. */
import { useQuery } from '@tanstack/react-query'
import { objectTypesQuery } from '../../api/integrations'
import type { ObjectType } from '../../api/types'
import { withCounts } from './object-types'

interface OfferedTypes {
  /** Undefined until the account has said, and when it cannot be asked. */
  readonly types: readonly ObjectType[] | undefined
  /** Not even the types are known yet. */
  readonly asking: boolean
  readonly counting: boolean
}

export function useObjectTypes(provider: string, connectionId: string): OfferedTypes {
  const offered = useQuery(objectTypesQuery(provider, connectionId, false))
  const counted = useQuery(objectTypesQuery(provider, connectionId, true))
  const known = offered.data ?? counted.data
  return {
    types: known && withCounts(known, counted.data ?? []),
    asking: !known && (offered.isPending || counted.isPending),
    counting: counted.isPending,
  }
}
