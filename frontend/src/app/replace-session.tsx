/** Asks whether a link may sign in another user in this browser. Nothing has changed until the answer. */
import { UserRoundCog } from 'lucide-react'
import type { SessionConflict } from '../api/session'
import { Button } from '../components/button'
import { Face } from '../components/face'
import { strings } from '../lib/strings'

const words = strings.session

interface ReplaceSessionProps {
  readonly conflict: SessionConflict
  /** True: sign in as the new user. */
  readonly onAnswer: (replace: boolean) => void
}

export function ReplaceSession({ conflict, onAnswer }: ReplaceSessionProps) {
  const { current, requested } = conflict
  const answer = (replace: boolean) => () => {
    onAnswer(replace)
  }
  return (
    <main className="main">
      <div className="card lone">
        <Face
          role="alert"
          icon={<UserRoundCog />}
          title={words.conflictTitle}
          actions={
            <>
              <Button variant="primary" onClick={answer(false)}>
                {words.keep(current.user_id)}
              </Button>
              <Button variant="danger" onClick={answer(true)}>
                {words.replace(requested.user_id)}
              </Button>
            </>
          }
        >
          <p>{words.conflictCurrent(current)}</p>
          <p>{words.conflictRequested(requested)}</p>
          <p className="muted">{words.conflictHint}</p>
        </Face>
      </div>
    </main>
  )
}
