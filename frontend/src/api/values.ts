/** Some properties of all records of a type, by item id. */
import { queryOptions } from '@tanstack/react-query'
import { interruptedProblem, ProblemError } from '../lib/problem'
import type { PageRequest } from './items'
import { loadLines, problemOfLine } from './load'
import type { Item } from './types'

type ValuesRequest = Omit<PageRequest, 'q' | 'sort' | 'filter'> & { readonly properties: string }

export function valuesQuery({ provider, connectionId, objectType, properties }: ValuesRequest) {
  return queryOptions({
    queryKey: ['connection', connectionId, 'values', objectType, properties],
    queryFn: async ({ signal }) => {
      const values = new Map<string, Pick<Item, 'properties' | 'labels'>>()
      const request = { provider, connectionId, objectTypes: [objectType], after: null, properties }
      for await (const lines of loadLines(request, signal))
        for (const line of lines) {
          if ('item' in line) values.set(line.item.id, { properties: line.item.properties, labels: line.item.labels })
          if ('error' in line) throw new ProblemError(problemOfLine(line.error))
          if ('receipt' in line) return values
        }
      throw new ProblemError(interruptedProblem())
    },
    staleTime: Infinity,
    refetchOnReconnect: false,
    structuralSharing: false,
  })
}
