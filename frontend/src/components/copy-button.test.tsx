// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { strings } from '../lib/strings'
import { CopyButton } from './copy-button'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

function copyWith(clipboard: unknown): void {
  vi.stubGlobal('navigator', { clipboard })
  render(<CopyButton text="a secret" />)
  fireEvent.click(screen.getByRole('button', { name: strings.action.copy }))
}

test('what was copied is confirmed', async () => {
  const writeText = vi.fn(() => Promise.resolve())
  copyWith({ writeText })

  expect(await screen.findByText(strings.action.copied)).toBeDefined()
  expect(writeText).toHaveBeenCalledWith('a secret')
})

test.each([
  ['that refuses, as in a frame', { writeText: () => Promise.reject(new DOMException('denied')) }],
  ['that the browser does not have', undefined],
])('a clipboard %s is no silence', async (_, clipboard) => {
  copyWith(clipboard)

  expect(await screen.findByText(strings.action.copyFailed)).toBeDefined()
})
