/** Reads all records of one type from a stream. */
import { problemOfLine, type LoadLine } from '../../api/load'
import type { Item } from '../../api/types'
import { incompleteProblem, interruptedProblem, ProblemError } from '../../lib/problem'

/** All records or none. Throws a ProblemError for a stream that fails, ends early or leaves records out. */
export async function readType(lines: AsyncIterable<readonly LoadLine[]>, objectType: string): Promise<Item[]> {
  const items: Item[] = []
  for await (const batch of lines)
    for (const line of batch) {
      if ('item' in line) items.push(line.item)
      else if ('error' in line) throw new ProblemError(problemOfLine(line.error))
      else if ('receipt' in line) {
        if (line.receipt.object_types[objectType]?.complete === false) throw new ProblemError(incompleteProblem())
        return items
      }
    }
  throw new ProblemError(interruptedProblem())
}
