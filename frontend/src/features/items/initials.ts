/** A person's initials and the hue of the circle around them: both from the name alone. Pure. */

const HUES = 12
const FIRST_LETTER = /^\p{L}/u

/** Of the first and the last word that begin with a letter; empty for a name without letters, such as an id. */
export function initialsOf(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => FIRST_LETTER.exec(word) ?? [])
  return (letters.length > 1 ? `${letters[0] ?? ''}${letters.at(-1) ?? ''}` : (letters[0] ?? '')).toUpperCase()
}

/** In degrees; the same name always has the same one. */
export function hueOf(name: string): number {
  let hash = 0
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521
  return (hash % HUES) * (360 / HUES)
}
