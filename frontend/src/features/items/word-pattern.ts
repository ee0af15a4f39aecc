/** Finds a word regardless of case and accents, without a copy of the text that is searched. */

const MARKS = /\p{M}/gu
/** Letters with accents, as Latin alphabets write them. */
const ACCENTED_RANGES = [
  [0xc0, 0x24f],
  [0x1e00, 0x1eff],
] as const

/** Engines refuse patterns of tens of thousands of letters. */
const MAX_LETTERS = 1_000

/** `zoe` and `Zoë` both find `Zoe`, `Zoë` and `ZOË`. */
export function wordPattern(word: string): RegExp {
  return new RegExp([...plainWord(word)].map(letterPattern).join(''), 'iu')
}

/** The letters that are compared: without accents, and not too many. */
export function plainWord(word: string): string {
  return [...word.normalize('NFD').replace(MARKS, '')].slice(0, MAX_LETTERS).join('')
}

/** The letter with or without accents, composed or decomposed. */
function letterPattern(letter: string): string {
  const accented = accentedLetters().get(letter.toLowerCase())
  const escaped = letter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  if (/\p{L}/u.test(letter)) return accented ? `[${letter}${accented}]\\p{M}*` : `${escaped}\\p{M}*`
  return escaped
}

let known: ReadonlyMap<string, string> | null = null

/** Base letter → its accented letters. */
function accentedLetters(): ReadonlyMap<string, string> {
  known ??= buildAccentedLetters()
  return known
}

function buildAccentedLetters(): ReadonlyMap<string, string> {
  const letters = new Map<string, string>()
  for (const [first, last] of ACCENTED_RANGES)
    for (let code = first; code <= last; code++) {
      const letter = String.fromCharCode(code)
      const base = letter.normalize('NFD').replace(MARKS, '').toLowerCase()
      if (base !== letter.toLowerCase()) letters.set(base, (letters.get(base) ?? '') + letter)
    }
  return letters
}
