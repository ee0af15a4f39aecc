/** Asks whether a link may sign in its user in this browser. Nothing has changed until the answer. */
import { UserRoundCheck, UserRoundCog } from 'lucide-react'
import type { SignInQuestion } from '../api/session'
import { Button } from '../components/button'
import { EmptyState } from '../components/empty-state'
import { strings } from '../lib/strings'

const words = strings.session

interface ConfirmSignInProps {
  readonly question: SignInQuestion
  /** True: sign in as the link's user. */
  readonly onAnswer: (accepted: boolean) => void
}

export function ConfirmSignIn({ question, onAnswer }: ConfirmSignInProps) {
  const { current, requested } = question
  const accept = () => {
    onAnswer(true)
  }
  const decline = () => {
    onAnswer(false)
  }
  return (
    <main className="main">
      <div className="card lone">
        <EmptyState
          role="alert"
          icon={current ? <UserRoundCog /> : <UserRoundCheck />}
          title={current ? words.conflictTitle : words.continueTitle(requested)}
          actions={
            current ? (
              <>
                <Button variant="primary" onClick={decline}>
                  {words.keep(current.user_id)}
                </Button>
                <Button variant="danger" onClick={accept}>
                  {words.replace(requested.user_id)}
                </Button>
              </>
            ) : (
              <>
                <Button variant="primary" onClick={accept}>
                  {words.continue}
                </Button>
                <Button onClick={decline}>{words.cancel}</Button>
              </>
            )
          }
        >
          {current && <p>{words.conflictCurrent(current)}</p>}
          <p>{words.requested(requested)}</p>
          <p className="muted">{current ? words.conflictHint : words.continueHint}</p>
        </EmptyState>
      </div>
    </main>
  )
}
