// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { sessionQuery } from '../api/session'
import { forgetUser } from './forget-user'
import { SignedInUser } from './signed-in-user'

vi.mock('./forget-user', () => ({ forgetUser: vi.fn(() => new Promise<void>(() => undefined)) }))

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

test('what is stored of a user is deleted before the page is opened again for another one', async () => {
  let user = 'ada'
  vi.stubGlobal('fetch', () =>
    Promise.resolve(Response.json({ org_id: 'o', user_id: user, via: 'session', host_origins: [] })),
  )
  const cache = new QueryClient()
  render(
    <QueryClientProvider client={cache}>
      <SignedInUser />
    </QueryClientProvider>,
  )
  await screen.findByText('ada')
  await act(() => cache.invalidateQueries(sessionQuery))
  expect(forgetUser).not.toHaveBeenCalled()

  user = 'bob'
  await act(() => cache.invalidateQueries(sessionQuery))

  await waitFor(() => {
    expect(forgetUser).toHaveBeenCalledOnce()
  })
})
