// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { forgetStored, readStored, renameStored, writeStored } from './stored'

test('what is stored but broken is nothing, and can be written over', () => {
  window.localStorage.setItem('integrations-broken', '{"x":')
  expect(readStored('broken')).toBeUndefined()

  expect(writeStored('broken', ['whole'])).toBe(true)

  expect(readStored('broken')).toEqual(['whole'])
})

test('what the page stores has its own names, and is deleted without what others stored', () => {
  window.localStorage.setItem('views', '["of the host"]')
  expect(readStored('views')).toBeUndefined()
  writeStored('views', ['own'])

  forgetStored()

  expect(Object.keys(window.localStorage)).toEqual(['views'])
})

test('what earlier versions stored is kept under its present name', () => {
  window.localStorage.setItem('columns:1:hubspot:contacts', '["email"]')
  window.localStorage.setItem('columns', '["of the host"]')

  renameStored()

  expect(readStored('columns:1:hubspot:contacts')).toEqual(['email'])
  expect(Object.keys(window.localStorage).sort()).toEqual(['columns', 'integrations-columns:1:hubspot:contacts'])
})
