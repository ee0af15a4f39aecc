// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { useTooltipAnchor } from './use-tooltip-anchor'

afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

test('a label goes when its button is used, by keyboard too: the button may go with it', () => {
  vi.useFakeTimers()
  document.body.innerHTML = '<button data-tooltip aria-label="Dismiss"></button>'
  const button = document.querySelector('button')
  const { result } = renderHook(useTooltipAnchor)
  act(() => {
    button?.dispatchEvent(new Event('pointerover', { bubbles: true }))
    vi.advanceTimersByTime(400)
  })
  expect(result.current[0]).toBe(button)

  act(() => {
    button?.click()
    vi.advanceTimersByTime(0)
  })

  expect(result.current[0]).toBeNull()
})
