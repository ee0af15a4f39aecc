// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openHostSession, type SessionConflict } from './session'

const fetched = vi.fn<(request: Request, init?: RequestInit) => Promise<Response>>()
const arrived = vi.fn<() => void>()
const confirm = vi.fn<(conflict: SessionConflict) => Promise<boolean>>()
const arrival = { confirm, onArrival: arrived }

beforeEach(() => {
  vi.stubGlobal('fetch', fetched)
  fetched.mockReset()
  arrived.mockReset()
  confirm.mockReset()
})

afterEach(() => {
  vi.unstubAllGlobals()
  window.history.replaceState(null, '', '/')
})

describe('openHostSession', () => {
  test('trades the token for a session and takes it out of the address', async () => {
    fetched.mockResolvedValue(Response.json({ user_id: 'ann', org_id: 'acme', expires_in: 28800 }))
    window.history.replaceState(null, '', '/?type=deals#token=aaa.bbb.ccc')

    await openHostSession(arrival)

    const [request, init] = fetched.mock.calls[0] ?? []
    expect(request?.url).toBe(`${window.location.origin}/session`)
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer aaa.bbb.ccc')
    expect(window.location.href).toBe(`${window.location.origin}/?type=deals`)
  })

  test('asks for nothing without a token', async () => {
    window.history.replaceState(null, '', '/#about')

    await openHostSession(arrival)

    expect(fetched).not.toHaveBeenCalled()
    expect(arrived).not.toHaveBeenCalled()
    expect(window.location.hash).toBe('#about')
  })

  test('keeps no refused token in the address either', async () => {
    const problem = { code: 'token_expired', status: 401, title: 'Expired', detail: 'Open the page again.' }
    fetched.mockResolvedValue(Response.json(problem, { status: 401 }))
    window.history.replaceState(null, '', '/#token=old')

    await expect(openHostSession(arrival)).rejects.toThrow()

    expect(arrived).toHaveBeenCalledOnce()
    expect(window.location.hash).toBe('')
  })
})

describe('openHostSession while another user is signed in', () => {
  const ann = { user_id: 'ann', org_id: 'acme' }
  const mallory = { user_id: 'mallory', org_id: 'evil' }
  const conflict = { code: 'session_conflict', status: 409, title: '', detail: '', current: ann, requested: mallory }

  beforeEach(() => {
    fetched.mockResolvedValueOnce(Response.json(conflict, { status: 409 }))
    window.history.replaceState(null, '', '/#token=link')
  })

  test('asks with both names, and changes nothing when declined', async () => {
    confirm.mockResolvedValue(false)

    await openHostSession(arrival)

    expect(confirm).toHaveBeenCalledExactlyOnceWith({ current: ann, requested: mallory })
    expect(fetched).toHaveBeenCalledOnce()
    expect(arrived).not.toHaveBeenCalled()
    expect(window.location.hash).toBe('')
  })

  test('replaces the session once confirmed', async () => {
    confirm.mockResolvedValue(true)
    fetched.mockResolvedValueOnce(Response.json({ ...mallory, expires_in: 28800 }))

    await openHostSession(arrival)

    expect(new URL(fetched.mock.calls[1]?.[0].url ?? '').search).toBe('?replace=true')
    expect(arrived).toHaveBeenCalledOnce()
  })
})
