/**
 * The language of texts, numbers and dates: always one and the same.
 *
 * English is part of the page. Each file in `translations/` is another language, loaded when it is chosen; `main.tsx`
 * imports everything with texts after that, so that no text is ever read in the wrong language. (A top-level await here
 * would do the same, and cut the page into 50 files.) A translation must not import code of the page.
 */
import type { Translation } from './strings'

const FALLBACK = 'en'
// Named for us: below a path the storage is that of the whole host, and a value named `language` may be the host's.
const KEY = 'integrations-language'

const TRANSLATIONS = import.meta.glob<Translation>('./translations/*.ts', { import: 'strings' })

/** The languages the page has texts in, the fallback first. */
export const LANGUAGES: readonly string[] = [
  FALLBACK,
  ...Object.keys(TRANSLATIONS).map((path) => path.slice('./translations/'.length, -'.ts'.length)),
]

export interface Locale {
  readonly language: string
  /** The language with the browser's region, for numbers and dates: `en-GB`. */
  readonly locale: string
}

/** The chosen language, else the first of the browser's that the page has texts in. */
export function chooseLocale(preferred: readonly string[], chosen: string | null, known = LANGUAGES): Locale {
  const languageOf = (tag: string) => known.find((language) => tag.toLowerCase().split('-')[0] === language)
  const language = chosen !== null && known.includes(chosen) ? chosen : preferred.map(languageOf).find(Boolean)
  if (!language) return { language: FALLBACK, locale: FALLBACK }
  return { language, locale: preferred.find((tag) => languageOf(tag) === language && isLocale(tag)) ?? language }
}

/** Chromium names the language of a POSIX environment `en-US@posix`, which no formatter takes. */
function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0
  } catch {
    return false
  }
}

/** The language chosen on this page; null leaves it to the browser. */
export function chosenLanguage(): string | null {
  try {
    return window.localStorage.getItem(KEY)
  } catch {
    return null
  }
}

/** Remembers the choice and opens the page again in it: every text is read once, when the page starts. */
export function chooseLanguage(language: string | null): void {
  try {
    if (language === null) window.localStorage.removeItem(KEY)
    else window.localStorage.setItem(KEY, language)
  } catch {
    // Storage may be forbidden: the browser's language stays.
  }
  window.location.reload()
}

/** Null in English, and when the language's file could not be loaded: the page is then in English. */
export let translation: Translation | null = null
export let language = FALLBACK
/** The language with the browser's region, for numbers and dates. */
export let locale = FALLBACK

/** To be awaited before anything with texts is imported. Never throws. */
export async function loadLanguage(): Promise<void> {
  const wanted = chooseLocale(navigator.languages, chosenLanguage())
  translation = await loadTranslation(wanted.language)
  ;({ language, locale } = translation ? wanted : chooseLocale(navigator.languages, FALLBACK))
}

async function loadTranslation(name: string): Promise<Translation | null> {
  try {
    return (await TRANSLATIONS[`./translations/${name}.ts`]?.()) ?? null
  } catch {
    return null
  }
}
