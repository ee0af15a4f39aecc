/** Opens the page, once its language is known: whatever this imports reads its texts when it starts. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { openHostSession, type SignInQuestion } from './api/session'
import { App } from './app/app'
import { ConfirmSignIn } from './app/confirm-sign-in'
import { forgetUser } from './app/forget-user'
import { announceSignIn } from './lib/connections-channel'
import { language } from './lib/language'
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

// A token that is refused leaves nobody signed in, and the page's first question is answered with what to do.
void openHostSession(arrival)
  .catch(() => undefined)
  .then(() => {
    root.render(
      <StrictMode>
        <App />
      </StrictMode>,
    )
  })

// A link that is opened in the tab of this page may change its fragment only, and leaves the referrer of the first one.
window.addEventListener('hashchange', () => {
  void openHostSession({ ...arrival, referrer: '' })
    .catch(() => true)
    .then((had) => {
      if (had) window.location.reload()
    })
})
