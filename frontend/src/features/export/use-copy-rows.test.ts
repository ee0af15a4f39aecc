// @vitest-environment jsdom
import { act, renderHook } from '@testing-library/react'
import { expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import { MAX_COPIED_ROWS, useCopyRows } from './use-copy-rows'

const ROWS = [makeItem()]
const TOO_MANY = Array.from({ length: MAX_COPIED_ROWS + 1 }, () => makeItem())

test('more rows than can be copied are refused', async () => {
  const { result } = renderHook(() => useCopyRows(TOO_MANY, []))
  await act(async () => {
    result.current.copy()
    await Promise.resolve()
  })

  expect(result.current.outcome).toBe('too-many')
})

test('a browser that allows no clipboard is reported, until other rows are meant', async () => {
  const { result, rerender } = renderHook(({ rows }) => useCopyRows(rows, []), { initialProps: { rows: ROWS } })
  await act(async () => {
    result.current.copy()
    await Promise.resolve()
  })
  expect(result.current.outcome).toBe('failed')

  rerender({ rows: [...ROWS] })
  expect(result.current.outcome).toBeNull()
})
