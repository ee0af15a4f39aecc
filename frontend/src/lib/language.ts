/** The language of texts, numbers and dates: always one and the same. */

/** The languages the page's texts exist in, the fallback first. */
const LANGUAGES = ['en'] as const

export type Language = (typeof LANGUAGES)[number]

interface Locale {
  readonly language: Language
  /** The language with the browser's region, for numbers and dates: `en-GB`. */
  readonly locale: string
}

/** The first of the browser's languages that the page has texts in. */
export function chooseLocale(preferred: readonly string[]): Locale {
  for (const tag of preferred) {
    const language = LANGUAGES.find((known) => tag.toLowerCase().split('-')[0] === known)
    if (language) return { language, locale: tag }
  }
  return { language: LANGUAGES[0], locale: LANGUAGES[0] }
}

export const { language, locale } = chooseLocale(typeof navigator === 'undefined' ? [] : navigator.languages)
