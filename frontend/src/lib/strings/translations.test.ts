import { describe, expect, test } from 'vitest'
import { counted } from '../counted'
import type { Translation } from '.'
import { en } from './en'

const TRANSLATIONS = import.meta.glob<Translation>('../translations/*.ts', { import: 'strings', eager: true })

/** Groups that translations fill where they can: the service has a sentence, too. */
const OPTIONAL = /^(problems|notices|objectTypes)\b/

type Text = string | ((...given: readonly unknown[]) => string)

/** Every text of a catalog by its path. */
function textsOf(catalog: unknown, path: readonly string[] = []): ReadonlyMap<string, Text> {
  if (typeof catalog === 'string' || typeof catalog === 'function') return new Map([[path.join('.'), catalog as Text]])
  const entries = Object.entries(catalog as object)
  return new Map(entries.flatMap(([name, part]) => [...textsOf(part, [...path, name])]))
}

/** What stands for a word, a number or a user: each can be found in the text. */
function givenAt(place: number): unknown {
  const mark = String(701 + place)
  return Object.assign(new String(mark), { user_id: `1${mark}`, org_id: `2${mark}` })
}

function read(text: Text): string {
  return typeof text === 'string' ? text : text(givenAt(0), givenAt(1), givenAt(2), givenAt(3))
}

/** The given values that a text mentions. */
function mentioned(text: Text): readonly string[] {
  return [...new Set(read(text).match(/\d?70\d/g))].sort()
}

describe.each(Object.entries(TRANSLATIONS))('%s', (_, translation) => {
  const originals = [...textsOf(en)].filter(([path]) => !OPTIONAL.test(path))
  const texts = textsOf(translation(counted))

  test('has every text, and no other', () => {
    const known = [...texts.keys()].filter((path) => !OPTIONAL.test(path))

    expect(known.sort()).toEqual(originals.map(([path]) => path).sort())
  })

  test('leaves no text empty', () => {
    expect([...texts].filter(([, text]) => read(text).trim() === '').map(([path]) => path)).toEqual([])
  })

  test('mentions every name and number that the original mentions', () => {
    const lost = originals.filter(([path, text]) => {
      const translated = texts.get(path)
      return translated === undefined || mentioned(translated).join() !== mentioned(text).join()
    })

    expect(lost.map(([path]) => path)).toEqual([])
  })
})
