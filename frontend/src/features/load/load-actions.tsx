/** The actions of a load: start, stop, resume, load again. */
import { Play, RotateCw, Square } from 'lucide-react'
import { Button } from '../../components/button'
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
  if (state.phase === 'restoring') return null
  if (isActive(state)) {
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
  if (state.phase === 'idle') {
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
