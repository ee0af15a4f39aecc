// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { readStored, writeStored } from './stored'

test('what is stored but broken is nothing, and can be written over', () => {
  window.localStorage.setItem('broken', '{"x":')
  expect(readStored('broken')).toBeUndefined()

  expect(writeStored('broken', ['whole'])).toBe(true)

  expect(readStored('broken')).toEqual(['whole'])
})
