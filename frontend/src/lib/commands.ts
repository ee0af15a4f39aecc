/** What the parts of the page can do now, so that the command palette can offer it. A part offers while it is shown. */
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'

export interface Command {
  readonly id: string
  readonly label: string
  readonly run: () => void
}

let offered: readonly Command[] = []
const listeners = new Set<() => void>()

/** Offers a command under this name; nothing while `label` is null. */
export function useCommand(id: string, label: string | null, run: () => void): void {
  const onRun = useEffectEvent(run)
  useEffect(() => {
    if (label === null) return
    const command: Command = {
      id,
      label,
      run: () => {
        onRun()
      },
    }
    change([...offered, command])
    return () => {
      change(offered.filter((entry) => entry !== command))
    }
  }, [id, label])
}

export function useCommands(): readonly Command[] {
  return useSyncExternalStore(subscribe, () => offered)
}

function change(next: readonly Command[]): void {
  offered = next
  listeners.forEach((notify) => {
    notify()
  })
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange)
  return () => listeners.delete(onChange)
}
