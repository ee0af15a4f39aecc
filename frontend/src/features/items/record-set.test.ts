import { expect, test, vi } from 'vitest'
import { parseProblem, ProblemError } from '../../lib/problem'
import type { Pages } from './pages'
import { recordsOf } from './record-set'

function pagesWithout(code: string, fetchNextPage: () => void): Pages {
  const error = new ProblemError(parseProblem(422, { code, detail: 'Start again without `after`.' }))
  const query = { hasNextPage: true, isFetchNextPageError: true, isFetchingNextPage: false, error, fetchNextPage }
  return { query, items: [], warnings: [] } as unknown as Pages
}

test.each([
  ['upstream_unavailable', 'asked for again', 1, 0],
  ['invalid_cursor', 'left for the beginning', 0, 1],
])('a next page that failed with %s is %s', (code, _, pages, reloads) => {
  const [fetchNextPage, reload] = [vi.fn(), vi.fn()]
  const { more } = recordsOf(pagesWithout(code, fetchNextPage), 'pages', reload)

  more?.load()

  expect(fetchNextPage).toHaveBeenCalledTimes(pages)
  expect(reload).toHaveBeenCalledTimes(reloads)
})

test('a position that is no longer valid is explained to a person', () => {
  const { more } = recordsOf(pagesWithout('invalid_cursor', vi.fn()), 'pages', vi.fn())

  expect(more?.problem?.detail).toBe('Reading cannot continue from here. Start from the beginning.')
})
