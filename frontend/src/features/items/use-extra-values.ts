/** Values of chosen properties that the records were not loaded with: requested for the records on display only. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { itemsQuery, type PageRequest } from '../../api/items'
import { valuesQuery } from '../../api/values'
import { problemOf, type Problem } from '../../lib/problem'
import type { ExtraValues } from './columns'
import type { PropertyValues } from './property-columns'
import type { Records } from './use-records'

export interface ExtraProperties {
  readonly values: ExtraValues
  readonly loading: boolean
  readonly problem: Problem | null
  readonly retry: () => void
}

interface ExtraRequest extends Omit<PageRequest, 'properties'> {
  /** Internal names; empty requests nothing. */
  readonly names: readonly string[]
}

/** Reads pages beside the records' own pages; one stream once all records are loaded. */
export function useExtraValues({ names, ...request }: ExtraRequest, records: Pick<Records, 'from' | 'count'>) {
  const properties = names.join(',')
  const wanted = properties !== '' && records.count > 0
  const paged = wanted && records.from !== 'load'
  // What is here is shown until it is here together with what was added.
  const placeholderData = keepPreviousData
  const streamed = wanted && records.from === 'load'
  const stream = useQuery({ ...valuesQuery({ ...request, properties }), enabled: streamed, placeholderData })
  const pages = useInfiniteQuery({ ...itemsQuery({ ...request, properties }), enabled: paged, placeholderData })

  const { data, hasNextPage, isFetching, isError, fetchNextPage } = pages
  const read = useMemo(
    () => new Map((data?.pages ?? []).flatMap((page) => page.items).map((item) => [item.id, item])),
    [data],
  )
  const behind = paged && hasNextPage && !isFetching && !isError && read.size < records.count
  useEffect(() => {
    if (behind) void fetchNextPage()
  }, [behind, fetchNextPage])

  const query = paged ? pages : stream
  const complete = streamed && stream.data?.whole === true && !stream.isPlaceholderData
  const beside = paged ? read : stream.data?.values
  const values = useMemo(() => valuesBeside(properties, beside ?? NONE, complete), [properties, beside, complete])
  const extra: ExtraProperties = {
    values,
    loading: wanted && (query.isFetching || behind),
    problem: wanted && query.isError ? problemOf(query.error) : null,
    retry: () => void query.refetch(),
  }
  return extra
}

type Beside = ReadonlyMap<string, PropertyValues>

const NONE: Beside = new Map()

/** `complete`: records that are not in `beside` have none of the properties. */
function valuesBeside(properties: string, beside: Beside, complete: boolean): ExtraValues {
  const requested = new Set(properties.split(','))
  return (item, name) => {
    const found = beside.get(item.id)
    if (found && name in found.properties) return found
    return complete || name in item.properties || !requested.has(name) ? item : undefined
  }
}
