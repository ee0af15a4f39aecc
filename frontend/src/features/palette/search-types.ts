/** Which object types the vendor's search can add something to, and which of them are searched while the user types. Pure. */
import type { TypeTab } from '../items/object-types'
import type { RowsOfLoad } from '../load/loaded-rows'

/** Shorter texts match too much to be worth a request. */
const MIN_CHARACTERS = 3
const MAX_TYPES = 3
/** What people look for most. */
const FIRST_TYPES = ['contacts', 'companies', 'deals']

/** The part of a load that says what is loaded. */
interface Loaded {
  readonly rowsOf: (objectType: string) => Pick<RowsOfLoad, 'count' | 'whole'>
}

/** Types whose records are not all loaded, in the order of their tabs. */
export function incompleteTypes<T extends Pick<TypeTab, 'name' | 'readable' | 'total'>>(
  tabs: readonly T[],
  load: Loaded,
): readonly T[] {
  const complete = ({ name, total }: T) => {
    const { count, whole } = load.rowsOf(name)
    return whole || (total !== null && count >= total)
  }
  return tabs.filter((tab) => tab.readable && !complete(tab))
}

/** The types to search for a text, of those that are incomplete. */
export function typesToSearch(text: string, incomplete: readonly string[]): readonly string[] {
  if (text.length < MIN_CHARACTERS) return []
  const first = FIRST_TYPES.filter((name) => incomplete.includes(name))
  return [...new Set([...first, ...incomplete])].slice(0, MAX_TYPES)
}
