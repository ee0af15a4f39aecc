/** The actions of a load: start, stop, resume, load again. */
import { Play, RotateCw, Square } from 'lucide-react'
import { Button } from '../../components/button'
import { useCommand } from '../../lib/commands'
import { strings } from '../../lib/strings'
import type { AccountLoad } from './account-load'
import { isActive } from './load-state'

const words = strings.load

interface LoadActionsProps {
  readonly load: AccountLoad
  readonly onStart: () => void
}

export function LoadActions({ load, onStart }: LoadActionsProps) {
  const { state } = load
  const active = isActive(state)
  const idle = state.phase === 'idle'
  useCommand(
    'load',
    active || state.phase === 'restoring' ? null : idle ? words.start : strings.palette.loadAgain,
    onStart,
  )
  useCommand('stop', active ? strings.palette.stopLoad : null, () => {
    load.stop()
  })
  useCommand('resume', active || state.resume === null ? null : strings.palette.resumeLoad, () => void load.resume())
  if (state.phase === 'restoring') return null
  if (active) {
    return (
      <Button
        size="small"
        icon={<Square />}
        onClick={() => {
          load.stop()
        }}
      >
        {words.stop}
      </Button>
    )
  }
  if (idle) {
    return (
      <Button size="small" variant="primary" onClick={onStart}>
        {words.start}
      </Button>
    )
  }
  return (
    <>
      {state.resume !== null && (
        <Button size="small" icon={<Play />} onClick={() => void load.resume()}>
          {words.resume}
        </Button>
      )}
      <Button
        size="small"
        variant={state.resume === null ? 'secondary' : 'quiet'}
        icon={<RotateCw />}
        onClick={onStart}
      >
        {words.again}
      </Button>
    </>
  )
}
