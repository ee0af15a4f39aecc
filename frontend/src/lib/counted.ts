/** A count with its noun, in the plural form that the language of the texts asks for. */
import { locale } from './language'

/** A text for each plural form of the language, with `#` where the count stands. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }

export type Counted = (count: number, forms: PluralForms) => string

const numbers = new Intl.NumberFormat(locale)
const rules = new Intl.PluralRules(locale)

export const counted: Counted = (count, forms) =>
  (forms[rules.select(count)] ?? forms.other).replace('#', numbers.format(count))
