import { describe, expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import { choicesOf, labelsOf } from './choices'
import { propertyColumn } from './property-columns'

const STAGE = propertyColumn('stage', 'Stage')
const ITEMS = [
  makeItem({ properties: { stage: '1' }, labels: { stage: 'Won' } }),
  makeItem({ properties: { stage: '2' }, labels: { stage: 'Lost' } }),
  makeItem({ properties: { stage: '2' }, labels: { stage: 'Lost' } }),
  makeItem({ properties: { stage: null } }),
  makeItem({ properties: {} }),
]

describe('choicesOf', () => {
  test('has each value once with its label, the most frequent first, and no empty one', () => {
    expect(choicesOf(ITEMS, ITEMS.length, STAGE)).toEqual([
      { value: '2', label: 'Lost', count: 2 },
      { value: '1', label: 'Won', count: 1 },
    ])
  })

  test('counts each value of a multiple choice, with labels where there are any', () => {
    const items = [
      makeItem({ properties: { stage: ['1', '2'] }, labels: { stage: ['Won', 'Lost'] } }),
      makeItem({ properties: { stage: ['2', 'x'] } }),
    ]

    expect(choicesOf(items, 2, STAGE)).toEqual([
      { value: '2', label: 'Lost', count: 2 },
      { value: '1', label: 'Won', count: 1 },
      { value: 'x', label: 'x', count: 1 },
    ])
  })

  test('tells values of the same label apart by the value', () => {
    const items = ['7', '8', '9'].map((stage) =>
      makeItem({ properties: { stage }, labels: { stage: stage === '9' ? 'Lost' : 'Won' } }),
    )

    expect(choicesOf(items, 3, STAGE).map(({ label }) => label)).toEqual(['Lost', 'Won (7)', 'Won (8)'])
  })

  test('has the values of the first items, and counts those that pass', () => {
    expect(choicesOf(ITEMS, 2, STAGE, (item) => item.properties['stage'] !== '1')).toEqual([
      { value: '2', label: 'Lost', count: 1 },
      { value: '1', label: 'Won', count: 0 },
    ])
  })
})

test('labelsOf finds labels, and none for a value that no record has', () => {
  expect([...labelsOf(['2', '9'], ITEMS, ITEMS.length, STAGE)]).toEqual([['2', 'Lost']])
})
