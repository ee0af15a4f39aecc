// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openHostSession } from './session'

const fetched = vi.fn<(request: Request, init?: RequestInit) => Promise<Response>>()
const arrived = vi.fn<() => void>()

beforeEach(() => {
  vi.stubGlobal('fetch', fetched)
  fetched.mockReset()
  arrived.mockReset()
})

afterEach(() => {
  vi.unstubAllGlobals()
  window.history.replaceState(null, '', '/')
})

describe('openHostSession', () => {
  test('trades the token for a session and takes it out of the address', async () => {
    fetched.mockResolvedValue(Response.json({ user_id: 'ann', org_id: 'acme', expires_in: 28800 }))
    window.history.replaceState(null, '', '/?type=deals#token=aaa.bbb.ccc')

    await openHostSession(arrived)

    const [request, init] = fetched.mock.calls[0] ?? []
    expect(request?.url).toBe(`${window.location.origin}/session`)
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer aaa.bbb.ccc')
    expect(window.location.href).toBe(`${window.location.origin}/?type=deals`)
  })

  test('asks for nothing without a token', async () => {
    window.history.replaceState(null, '', '/#about')

    await openHostSession(arrived)

    expect(fetched).not.toHaveBeenCalled()
    expect(arrived).not.toHaveBeenCalled()
    expect(window.location.hash).toBe('#about')
  })

  test('keeps no refused token in the address either', async () => {
    const problem = { code: 'token_expired', status: 401, title: 'Expired', detail: 'Open the page again.' }
    fetched.mockResolvedValue(Response.json(problem, { status: 401 }))
    window.history.replaceState(null, '', '/#token=old')

    await expect(openHostSession(arrived)).rejects.toThrow()

    expect(arrived).toHaveBeenCalledOnce()
    expect(window.location.hash).toBe('')
  })
})
