/** Starts the page. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { openHostSession, type SignInQuestion } from './api/session'
import { App } from './app/app'
import { ConfirmSignIn } from './app/confirm-sign-in'
import { forgetSeenConnections } from './features/connect/seen-connections'
import { forgetSavedLoads } from './features/load/saved-load'
import { announceSignIn } from './lib/connections-channel'
import { forgetTables } from './lib/table-memory'
import './styles/index.css'

const element = document.getElementById('root')
if (!element) throw new Error('index.html has no #root')
const root = createRoot(element)

function confirm(question: SignInQuestion): Promise<boolean> {
  return new Promise((resolve) => {
    root.render(<ConfirmSignIn question={question} onAnswer={resolve} />)
  })
}

function onArrival(): void {
  forgetSavedLoads()
  forgetSeenConnections()
  forgetTables()
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
