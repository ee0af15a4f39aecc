/** Finds a word in the text of a number. Formatting takes ten times as long: only what can match is formatted. */
import { formatValue } from '../../lib/format'
import { plainWord, wordPattern } from './word-pattern'

/** All characters that numbers are written with, in the language of the page. */
const SIGNS = new Set(formatValue(-1_234_567_890.5))

/** As many decimals are shown. */
const SHOWN_UNITS = 1_000_000
/** Beyond, units are no longer counted exactly. */
const MAX_UNITS = 1e15

export function numberPattern(word: string): (value: number) => boolean {
  const plain = plainWord(word)
  if (![...plain].every((sign) => SIGNS.has(sign))) return () => false
  const pattern = wordPattern(word)
  const digits = /\d+/.exec(plain)?.[0] ?? ''
  const mayHave = digitsTest(Number(digits), 10 ** digits.length)
  return (value) => mayHave(value) && pattern.test(formatValue(value))
}

/** True for each number that shows these digits side by side, and for some others. `power`: of ten, above all of them. */
function digitsTest(digits: number, power: number): (value: number) => boolean {
  return (value) => {
    const units = Math.round(Math.abs(value) * SHOWN_UNITS)
    if (units >= MAX_UNITS || units / SHOWN_UNITS !== Math.abs(value)) return true
    for (let rest = units; ; rest = Math.floor(rest / 10)) {
      // What `rest % power` would be, in a fifth of the time.
      if (rest - Math.floor(rest / power) * power === digits) return true
      if (rest === 0) return false
    }
  }
}
