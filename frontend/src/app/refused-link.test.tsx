// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { integrationsQuery } from '../api/integrations'
import { parseProblem } from '../lib/problem'
import { strings } from '../lib/strings'
import { RefusedLink } from './refused-link'

const EXPIRED = parseProblem(401, { code: 'token_expired', detail: 'The token has expired.' })

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

function renderWith(answer: () => Response): QueryClient {
  vi.stubGlobal('fetch', () => Promise.resolve(answer()))
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <QueryClientProvider client={cache}>
      <RefusedLink problem={EXPIRED} />
    </QueryClientProvider>,
  )
  return cache
}

test('a link that is refused says so above the page of an earlier session', async () => {
  renderWith(() => Response.json({ integrations: [] }))

  const { textContent } = await screen.findByRole('alert')
  expect(textContent).toBe(strings.session.linkRefused + strings.session.linkRefusedHint(EXPIRED.detail))
})

test('without an earlier session the page alone says what to do, also once another tab has signed in', async () => {
  const answers = [() => Response.json({ code: 'unauthenticated' }, { status: 401 })]
  const cache = renderWith(() => answers.pop()?.() ?? Response.json({ integrations: [] }))
  await waitFor(() => {
    expect(cache.getQueryState(integrationsQuery.queryKey)?.status).toBe('error')
  })

  await cache.invalidateQueries(integrationsQuery)

  expect(cache.getQueryState(integrationsQuery.queryKey)?.status).toBe('success')
  expect(screen.queryByRole('alert')).toBeNull()
})
