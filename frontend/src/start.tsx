/** Opens the page, once its language is known: whatever this imports reads its texts when it starts. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { openHostSession, type SignInQuestion } from './api/session'
import { App } from './app/app'
import { ConfirmSignIn } from './app/confirm-sign-in'
import { forgetUser } from './app/forget-user'
import { announceSignIn } from './lib/connections-channel'
import { language } from './lib/language'

document.documentElement.lang = language

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

// A token that is refused leaves nobody signed in, and the page's first question is answered with what to do.
void openHostSession({ confirm, onArrival })
  .catch(() => undefined)
  .then(() => {
    root.render(
      <StrictMode>
        <App />
      </StrictMode>,
    )
  })
