/** Opens the page, once its language is known: whatever this imports reads its texts when it starts. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { openHostSession, type SignInQuestion } from './api/session'
import { App } from './app/app'
import { ConfirmSignIn } from './app/confirm-sign-in'
import { forgetUser } from './app/forget-user'
import { announceSignIn } from './lib/connections-channel'
import { language } from './lib/language'
import { problemOf, type Problem } from './lib/problem'
import { renameStored } from './lib/stored'

document.documentElement.lang = language
renameStored()

const element = document.getElementById('root')
if (!element) throw new Error('index.html has no #root')
const root = createRoot(element)

function confirm(question: SignInQuestion): Promise<boolean> {
  return new Promise((resolve) => {
    root.render(<ConfirmSignIn question={question} onAnswer={resolve} />)
  })
}

function onArrival(): void {
  void forgetUser()
  announceSignIn()
}

const arrival = { confirm, onArrival }

function show(refusedLink: Problem | null): void {
  root.render(
    <StrictMode>
      <App refusedLink={refusedLink} />
    </StrictMode>,
  )
}

void openHostSession(arrival)
  .then(() => null, problemOf)
  .then(show)

// A link that is opened in the tab of this page may change its fragment only, and leaves the referrer of the first one.
window.addEventListener('hashchange', () => {
  void openHostSession({ ...arrival, referrer: '' }).then(
    (had) => {
      if (had) window.location.reload()
    },
    (error: unknown) => {
      show(problemOf(error))
    },
  )
})
