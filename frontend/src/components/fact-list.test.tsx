// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { FactList } from './fact-list'

afterEach(cleanup)

test('facts of the same name are kept apart when they change', () => {
  const list = (...facts: readonly (readonly [string, string | null])[]) => <FactList className="facts" facts={facts} />
  const { rerender, container } = render(list(['Size', '1'], ['Size', '2'], ['Color', null]))
  expect(container.textContent).toBe('Size1Size2')

  rerender(list(['Color', 'red'], ['Size', '2']))

  expect(container.textContent).toBe('ColorredSize2')
})
