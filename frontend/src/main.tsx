/** Starts the page: first its language, then everything that has texts. */
import { loadLanguage } from './lib/language'
import './styles/index.css'

void loadLanguage().then(() => import('./start'))
