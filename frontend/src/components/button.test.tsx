// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { Button } from './button'

afterEach(cleanup)

test('a busy button does nothing, and is not disabled, which would take the focus from it', () => {
  const onClick = vi.fn()
  render(
    <Button busy onClick={onClick}>
      Update
    </Button>,
  )
  const button = screen.getByRole<HTMLButtonElement>('button')

  fireEvent.click(button)

  expect(onClick).not.toHaveBeenCalled()
  expect(button.disabled).toBe(false)
  expect(button.getAttribute('aria-disabled')).toBe('true')
})
