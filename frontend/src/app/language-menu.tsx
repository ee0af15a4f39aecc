/** The language of the page: the browser's, or the one chosen here. */
import { Check, Languages } from 'lucide-react'
import { buttonClass } from '../components/button'
import { chooseLanguage, chosenLanguage, LANGUAGES } from '../lib/language'
import { strings } from '../lib/strings'

const MENU_ID = 'languages'

export function LanguageMenu() {
  return (
    <>
      <button
        type="button"
        className={buttonClass('quiet', undefined, 'button-icon')}
        popoverTarget={MENU_ID}
        aria-label={strings.app.language}
        title={strings.app.language}
      >
        <Languages aria-hidden="true" />
      </button>
      <ul id={MENU_ID} popover="auto" className="menu languages" aria-label={strings.app.language}>
        <Choice language={null} name={strings.app.browserLanguage} />
        {LANGUAGES.map((language) => (
          <Choice key={language} language={language} name={ownName(language)} />
        ))}
      </ul>
    </>
  )
}

function Choice({ language, name }: { readonly language: string | null; readonly name: string }) {
  const chosen = language === chosenLanguage()
  return (
    <li>
      <button
        type="button"
        className="menu-item"
        lang={language ?? undefined}
        aria-pressed={chosen}
        popoverTarget={MENU_ID}
        popoverTargetAction="hide"
        onClick={() => {
          chooseLanguage(language)
        }}
      >
        <span className="menu-check">{chosen && <Check aria-hidden="true" />}</span>
        {name}
      </button>
    </li>
  )
}

/** "Deutsch": each language is named in itself, so that its readers find it. */
function ownName(language: string): string {
  return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language
}
