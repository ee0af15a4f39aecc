/** Some properties of all records of a type, by item id; `whole` unless some records or their values are missing. */
import { queryOptions, type QueryClient } from '@tanstack/react-query'
import { incompleteProblem, interruptedProblem, ProblemError } from '../lib/problem'
import type { PageRequest } from './items'
import { loadLines, problemOfLine } from './load'
import type { Item, LoadReceipt } from './types'

type ValuesRequest = Omit<PageRequest, 'q' | 'sort' | 'filter'> & { readonly properties: string }

export function valuesQuery({ provider, connectionId, objectType, properties }: ValuesRequest) {
  return queryOptions({
    queryKey: ['connection', connectionId, 'values', objectType, properties],
    queryFn: async ({ signal }) => {
      const values = new Map<string, Pick<Item, 'properties' | 'labels'>>()
      const request = { provider, connectionId, objectTypes: [objectType], after: null, properties }
      let receipt: LoadReceipt | null = null
      for await (const lines of loadLines(request, signal))
        for (const line of lines) {
          if ('item' in line) values.set(line.item.id, { properties: line.item.properties, labels: line.item.labels })
          // It follows the receipt of a load that it ended.
          if ('error' in line) throw new ProblemError(problemOfLine(line.error))
          if ('receipt' in line) receipt = line.receipt
        }
      if (receipt === null) throw new ProblemError(interruptedProblem())
      if (receipt.resume !== null) throw new ProblemError(incompleteProblem())
      return { values, whole: receipt.object_types[objectType]?.complete ?? receipt.complete }
    },
    staleTime: Infinity,
    refetchOnReconnect: false,
    structuralSharing: false,
  })
}

/** The records are read again: so are these values, at once where they are shown. */
export function refreshValues(cache: QueryClient, connectionId: string, ...objectType: readonly string[]): void {
  void cache.invalidateQueries({ queryKey: ['connection', connectionId, 'values', ...objectType] })
}
