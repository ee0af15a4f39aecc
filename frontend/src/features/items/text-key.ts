/** Texts in a form whose plain comparison orders as a person would: no case, no accents, numbers by size. Pure. */

const DIGITS = /\d+/g
const MARKS = /\p{M}/gu
export const BEYOND_ASCII = /[^\x00-\x7f]/

/** Shorter numbers are compared by their size. */
export const NUMBER_DIGITS = 15

export function textKey(text: string): string {
  return plainText(text).replace(DIGITS, (digits) => digits.padStart(NUMBER_DIGITS, '0'))
}

export function plainText(text: string): string {
  const lower = text.toLowerCase()
  return BEYOND_ASCII.test(lower) ? lower.normalize('NFKD').replace(MARKS, '') : lower
}
