/** The keys that choose rows: X the focused one, Ctrl or Cmd with A all, Escape none. */
import type { ChosenRows } from './use-chosen-rows'

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** `id` is the focused row. False for a key that means nothing here, such as Escape when nothing is chosen. */
export function chooseByKey(event: Key, id: string | undefined, { ids, actions }: ChosenRows): boolean {
  switch (meaningOf(event)) {
    case 'one':
      if (id !== undefined) actions.choose(id, false)
      return true
    case 'all':
      actions.chooseAll(true)
      return true
    case 'none':
      if (ids.size === 0) return false
      actions.clear()
      return true
    case null:
      return false
  }
}

function meaningOf({ key, ctrlKey, metaKey, altKey }: Key): 'one' | 'all' | 'none' | null {
  if (altKey) return null
  if (ctrlKey || metaKey) return key.toLowerCase() === 'a' ? 'all' : null
  if (key === 'Escape') return 'none'
  return key.toLowerCase() === 'x' ? 'one' : null
}
