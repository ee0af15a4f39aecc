// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { strings } from '../../lib/strings'
import type { CurrentView } from './current-view'
import type { SavedView, ViewProblem } from './saved-views'
import type { SavedViews } from './use-saved-views'
import { ViewsMenu } from './views-menu'

const words = strings.views
const VIEW: SavedView = { type: 'deals', name: 'Big deals', search: '?q=big' }

/** What storing a view leads to. */
let outcome: ViewProblem | null = null

beforeEach(() => {
  outcome = null
})
afterEach(cleanup)

function open(current: CurrentView, type = VIEW.type): void {
  const change = () => outcome
  const views: SavedViews = { all: [VIEW], ready: true, add: change, replace: change, remove: change }
  render(<ViewsMenu provider="hubspot" portalId="1" type={type} views={views} current={current} />)
}

function click(name: string): void {
  fireEvent.click(screen.getByRole('button', { name }))
}

test('a view that could not be updated says why', () => {
  outcome = 'unstored'
  open({ state: 'changed', view: VIEW })

  click(words.update('Big deals'))

  expect(screen.getByText(words.problems.unstored)).toBeDefined()
})

test('a view that could not be deleted, or brought back, says why', () => {
  open({ state: 'usual', view: null })
  outcome = 'unstored'
  click(words.remove('Big deals'))
  expect(screen.getByText(words.problems.unstored)).toBeDefined()

  outcome = null
  click(words.remove('Big deals'))
  expect(screen.queryByText(words.problems.unstored)).toBeNull()
  outcome = 'taken'
  click(words.undo)

  expect(screen.getByText(words.problems.taken)).toBeDefined()
})

test('a name that is taken is said beside it', () => {
  outcome = 'taken'
  open({ state: 'unsaved', view: null })

  fireEvent.change(screen.getByRole('textbox', { name: words.name }), { target: { value: 'big DEALS' } })
  click(words.save)

  expect(screen.getByText(words.problems.taken)).toBeDefined()
})

test('views of another type are not listed', () => {
  open({ state: 'usual', view: null }, 'contacts')

  expect(screen.getByRole('button', { name: words.usual })).toBeDefined()
  expect(screen.queryByRole('button', { name: VIEW.name })).toBeNull()
})
