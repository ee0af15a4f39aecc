/** Starts the page. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { openHostSession } from './api/session'
import { App } from './app/app'
import { forgetKeptLoads } from './features/load/kept-load'
import './styles/index.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

function start(element: Element): void {
  createRoot(element).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}

// A token that is refused leaves nobody signed in, and the page's first question is answered with what to do.
void openHostSession(forgetKeptLoads)
  .catch(() => undefined)
  .then(() => {
    start(root)
  })
