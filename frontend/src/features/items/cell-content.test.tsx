// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { makeItem } from '../../test-items'
import { meaningContent } from './cell-content'

afterEach(cleanup)

test('chosen options of the same label are all shown, and go when they are no longer chosen', () => {
  const item = makeItem()
  const tags = (...choices: readonly string[]) => meaningContent({ as: 'choice', choices: () => choices }, item, 'x')
  const { rerender, container } = render(tags('Other', 'Other'))
  expect(container.textContent).toBe('OtherOther')

  rerender(tags('Retail', 'Other'))

  expect(container.textContent).toBe('RetailOther')
})

test('names and values have the direction of their own letters', () => {
  const item = makeItem()
  const { container } = render(
    <>
      {meaningContent({ as: 'choice', choices: () => ['שלום'] }, item, 'x')}
      {meaningContent({ as: 'person' }, item, 'أحمد')}
    </>,
  )

  expect([...container.querySelectorAll('.cell-text')].map((text) => text.getAttribute('dir'))).toEqual([
    'auto',
    'auto',
  ])
})
