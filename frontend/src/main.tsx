/** Starts the page: first its language, then everything that has texts. */
import { loadLanguage } from './lib/language'
import './styles/index.css'

void loadLanguage()
  .then(() => import('./start'))
  .catch((error: unknown) => {
    // Its files may be gone, such as while the service is updated.
    document.querySelector('.page-skeleton')?.remove()
    document.getElementById('not-loaded')?.removeAttribute('hidden')
    reportError(error)
  })
