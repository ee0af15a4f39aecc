// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { sessionQuery } from '../api/session'
import type { Connection } from '../api/types'
import { scheduleDisconnect, undoDisconnect } from '../features/connect/pending-disconnects'
import { announceSignOut } from '../lib/connections-channel'
import { strings } from '../lib/strings'
import { forgetUser } from './forget-user'
import { SignedInUser } from './signed-in-user'

const channel = vi.hoisted((): { tell: (news: unknown) => void } => ({ tell: () => undefined }))
vi.mock('../lib/connections-channel', async (original) => ({
  ...(await original<object>()), // for the files that come after this one, which share its modules
  announceSignOut: vi.fn(),
  listenForConnections: (listener: (news: unknown) => void) => {
    channel.tell = listener
    return () => undefined
  },
}))
vi.mock('./forget-user', () => ({ forgetUser: vi.fn(() => new Promise<void>(() => undefined)) }))

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

function renderSignedIn(status = 204, onDelete: (url: URL) => void = () => undefined): void {
  vi.stubGlobal('fetch', ({ method, url }: Request) => {
    if (method !== 'DELETE')
      return Promise.resolve(Response.json({ org_id: 'o', user_id: 'ada', via: 'session', host_origins: [] }))
    onDelete(new URL(url))
    return Promise.resolve(Response.json({ code: 'x', status }, { status }))
  })
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SignedInUser />
    </QueryClientProvider>,
  )
}

async function signOutAnswered(status: number): Promise<void> {
  renderSignedIn(status)
  fireEvent.click(await screen.findByRole('button', { name: strings.session.signOut }))
}

test('who signs out after the session has ended is signed out, and leaves no saved views or choices', async () => {
  window.localStorage.setItem('integrations-saved-views:1', '[]')

  await signOutAnswered(401)

  await waitFor(() => {
    expect(forgetUser).toHaveBeenCalledOnce()
  })
  expect(window.localStorage).toHaveLength(0)
  expect(announceSignOut).toHaveBeenCalledOnce()
})

test('an account whose disconnect is still counted down is disconnected before the session ends', async () => {
  const ended: string[] = []
  scheduleDisconnect('hubspot', { connection_id: 'c1' } as Connection)
  renderSignedIn(503, (url) => ended.push(url.pathname))

  fireEvent.click(await screen.findByRole('button', { name: strings.session.signOut }))

  await screen.findByRole('alert')
  expect(ended).toEqual(['/integrations/hubspot/credentials/c1', '/session'])
  undoDisconnect('c1')
})

test('who signs out in another tab is not shown here any longer', async () => {
  renderSignedIn()
  await screen.findByText('ada')
  channel.tell({ signed_in: true })
  expect(forgetUser).not.toHaveBeenCalled()

  channel.tell({ signed_out: true })

  expect(forgetUser).toHaveBeenCalledOnce()
  expect(announceSignOut).not.toHaveBeenCalled()
})

test('a sign-out that fails says so', async () => {
  await signOutAnswered(503)

  expect((await screen.findByRole('alert')).textContent).toBe(strings.session.signOutFailed)
  expect(forgetUser).not.toHaveBeenCalled()
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
