import { describe, expect, test } from 'vitest'
import { Finder, matchingGroups, type Entry } from './entries'

function entry(label: string, detail?: string): Entry {
  return { id: label, label, run: () => undefined, ...(detail === undefined ? {} : { detail }) }
}

function labels(items: readonly Entry[], query: string): readonly string[] {
  return matchingGroups([{ title: 'Group', items }], query).flatMap((group) => group.items.map((item) => item.label))
}

describe('matchingGroups', () => {
  test('nothing typed lists everything in its order', () => {
    expect(labels([entry('b'), entry('a')], ' ')).toEqual(['b', 'a'])
  })

  test('the beginning of the label comes before the beginning of a word, and that before the rest', () => {
    expect(labels([entry('Subdeals'), entry('Big deals'), entry('Deals')], 'deal')).toEqual([
      'Deals',
      'Big deals',
      'Subdeals',
    ])
  })

  test('every word must match, in the label or the detail, whatever case and accents', () => {
    const items = [entry('Zoë Müller', 'Contact'), entry('Zoe Smith', 'Contact')]

    expect(labels(items, 'zoe mull')).toEqual(['Zoë Müller'])
    expect(labels(items, 'contact smith')).toEqual(['Zoe Smith'])
  })

  test('characters that mean something in a pattern are characters', () => {
    expect(labels([entry('a (b'), entry('ab')], '(')).toEqual(['a (b'])
  })

  test('a group without a match is left out, and a long one is cut', () => {
    const many = Array.from({ length: 100 }, (_, index) => entry(`Type ${String(index)}`))
    const groups = matchingGroups(
      [
        { title: 'Types', items: many },
        { title: 'Accounts', items: [entry('Northwind')] },
      ],
      'type',
    )

    expect(groups.map((group) => [group.title, group.items.length])).toEqual([['Types', 8]])
  })
})

describe('Finder', () => {
  test('keeps the best of many, in their order', () => {
    const finder = new Finder<{ readonly name: string }>('ada', 3)
    for (const name of ['Canada', 'Not Ada', 'Bob', 'Ada L', 'Ada B', 'Ada C', 'Ada D']) finder.add({ name })

    expect(finder.found.map((thing) => thing.name)).toEqual(['Ada L', 'Ada B', 'Ada C'])
  })

  test('without a text finds nothing', () => {
    const finder = new Finder<{ readonly name: string }>('')
    finder.add({ name: 'Ada' })

    expect(finder.found).toEqual([])
  })
})
