// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import type { Item } from '../../api/types'
import { makeItem } from '../../test-items'
import { useChosenRows } from './use-chosen-rows'

const [A, B, C] = ['a', 'b', 'c'].map((id) => makeItem({ id })) as [Item, Item, Item]

afterEach(cleanup)

interface Shown {
  readonly rows: readonly Item[]
  readonly here: readonly Item[]
  readonly complete: boolean
}

function chosen(first: Shown) {
  const hook = renderHook(
    ({ rows, here, complete }: Shown) => useChosenRows(rows, { items: here, count: here.length, complete }),
    { initialProps: first },
  )
  act(() => {
    hook.result.current.actions.chooseAll(true)
  })
  return hook
}

test('chosen records that a filter leaves out are counted apart', () => {
  const { result, rerender } = chosen({ rows: [A, B], here: [A, B, C], complete: true })

  rerender({ rows: [A], here: [A, B, C], complete: true })

  expect(result.current).toMatchObject({ rows: [A], hidden: 1 })
})

test('chosen records that are gone are not', () => {
  const { result, rerender } = chosen({ rows: [A, B], here: [A, B], complete: true })

  rerender({ rows: [A], here: [A], complete: true })

  expect(result.current).toMatchObject({ rows: [A], hidden: 0 })
})

test('while not all records are here, nobody knows which are gone', () => {
  const { result, rerender } = chosen({ rows: [A, B], here: [A, B], complete: false })

  rerender({ rows: [A], here: [A], complete: false })

  expect(result.current).toMatchObject({ rows: [A], hidden: 1 })
})
