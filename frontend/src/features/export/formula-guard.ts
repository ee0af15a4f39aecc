/**
 * Keeps a spreadsheet from running text: an apostrophe before what begins like a formula (OWASP, "CSV Injection"). Pure.
 *
 * That can be inside a cell, too: a spreadsheet may split the lines at semicolons or tabs, whatever the quotes say.
 */

/** Spaces, control and format characters before the sign are skipped, as are quotes and others that nobody sees. */
const FORMULA =
  /(^|[;\t\r\n])((?:"|(?![\t\r\n])[\p{Z}\p{Cc}\p{Cf}\u034f\u115f\u1160\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0])*[=+\-@\uff0b\uff0d\uff1d\uff20][^;\t\r\n]*)/gu
/** Some spreadsheets drop these, and the sign after them comes first. */
const HIDDEN_START = /^[\t\r]/
const NUMBER = /^[+-]?\d+([.,]\d+)*$/

export function disarmed(text: string): string {
  const safe = text.replace(FORMULA, (whole, separator: string, part: string) =>
    NUMBER.test(part) ? whole : `${separator}'${part}`,
  )
  return HIDDEN_START.test(safe) ? `'${safe}` : safe
}
