/** Values of chosen properties that the records were not loaded with: requested for the records on display only. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { itemsQuery, type PageRequest } from '../../api/items'
import { valuesQuery } from '../../api/values'
import { problemOf, type Problem } from '../../lib/problem'
import type { ExtraValues } from './columns'
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
  const stream = useQuery({ ...valuesQuery({ ...request, properties }), enabled: wanted && records.from === 'load' })
  const pages = useInfiniteQuery({ ...itemsQuery({ ...request, properties }), enabled: paged })

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
  const values: ExtraValues = paged ? read : (stream.data ?? NONE)
  const extra: ExtraProperties = {
    values,
    loading: wanted && query.isFetching,
    problem: wanted && query.isError ? problemOf(query.error) : null,
    retry: () => void query.refetch(),
  }
  return extra
}

const NONE: ExtraValues = new Map()
