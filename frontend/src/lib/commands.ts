/** What the parts of the page can do now, so that the command palette can offer it. A part offers while it is shown. */
import { useEffect, useEffectEvent } from 'react'
import { SharedValue, useShared } from './shared-value'

export interface Command {
  readonly id: string
  readonly label: string
  readonly run: () => void
}

const offered = new SharedValue<readonly Command[]>([])

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
    offered.set([...offered.get(), command])
    return () => {
      offered.set(offered.get().filter((entry) => entry !== command))
    }
  }, [id, label])
}

export function useCommands(): readonly Command[] {
  return useShared(offered)
}
