// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openHostSession, type SignInQuestion } from './session'

const HOST = 'https://host.example'
const ann = { user_id: 'ann', org_id: 'acme' }
const mallory = { user_id: 'mallory', org_id: 'evil' }
const problem = { code: 'token_expired', status: 401, title: 'Expired', detail: 'Open the page again.' }

/** Answers of the service by what asks: about the token, about the cookie, or for a session. */
const answers = { token: respond(ann), cookie: respond(null), sessions: [respond(ann)] }
const fetched = vi.fn<(request: Request, init?: RequestInit) => Promise<Response>>()
const arrived = vi.fn<() => void>()
const confirm = vi.fn<(question: SignInQuestion) => Promise<boolean>>()
const arrival = { confirm, onArrival: arrived }

function respond(user: typeof ann | null, more: object = { host_origins: [HOST] }): () => Response {
  return () => (user ? Response.json({ ...user, ...more }) : Response.json(problem, { status: 401 }))
}

function openedFrom(referrer: string): void {
  vi.spyOn(document, 'referrer', 'get').mockReturnValue(referrer)
}

function posts(): Request[] {
  return fetched.mock.calls.map(([request]) => request).filter(({ method }) => method === 'POST')
}

beforeEach(() => {
  Object.assign(answers, { token: respond(ann), cookie: respond(null), sessions: [respond(ann)] })
  fetched.mockReset().mockImplementation((request, init) => {
    if (request.method === 'POST') return Promise.resolve((answers.sessions.shift() ?? respond(null))())
    return Promise.resolve(new Headers(init?.headers).has('authorization') ? answers.token() : answers.cookie())
  })
  vi.stubGlobal('fetch', fetched)
  arrived.mockReset()
  confirm.mockReset()
  window.history.replaceState(null, '', '/?type=deals#token=aaa.bbb.ccc')
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  window.history.replaceState(null, '', '/')
})

describe('openHostSession from a page of the host application', () => {
  beforeEach(() => {
    openedFrom(`${HOST}/`)
  })

  test('trades the token for a session without a question, and takes it out of the address', async () => {
    await openHostSession(arrival)

    const [request, init] = fetched.mock.calls.at(-1) ?? []
    expect(request?.url).toBe(`${window.location.origin}/session`)
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer aaa.bbb.ccc')
    expect(confirm).not.toHaveBeenCalled()
    expect(arrived).toHaveBeenCalledOnce()
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
    answers.token = respond(null)

    await expect(openHostSession(arrival)).rejects.toThrow()

    expect(posts()).toEqual([])
    expect(arrived).toHaveBeenCalledOnce()
    expect(window.location.hash).toBe('')
  })
})

describe('openHostSession from anywhere else', () => {
  test.each(['', 'https://evil.example/', 'https://host.example.evil/', 'http://host.example/', 'about:blank'])(
    'asks before it signs anybody in (referrer "%s")',
    async (referrer) => {
      openedFrom(referrer)
      confirm.mockImplementation(() => {
        expect(posts()).toEqual([])
        return Promise.resolve(true)
      })

      await openHostSession(arrival)

      expect(confirm).toHaveBeenCalledOnce()
      expect(confirm.mock.calls[0]?.[0]).toMatchObject({ current: null, requested: ann })
      expect(posts()).toHaveLength(1)
      expect(arrived).toHaveBeenCalledOnce()
    },
  )

  test('changes nothing when declined', async () => {
    confirm.mockResolvedValue(false)

    await openHostSession(arrival)

    expect(posts()).toEqual([])
    expect(arrived).not.toHaveBeenCalled()
    expect(window.location.hash).toBe('')
  })

  test('does not send the cookie of an earlier session beside the token', async () => {
    confirm.mockResolvedValue(false)

    await openHostSession(arrival)

    expect(fetched.mock.calls.map(([{ credentials }]) => credentials)).toEqual(['omit', 'same-origin'])
  })

  test('needs no question for the user who is signed in already', async () => {
    answers.cookie = respond(ann)

    await openHostSession(arrival)

    expect(confirm).not.toHaveBeenCalled()
    expect(posts()).toHaveLength(1)
  })
})

test('a link that is opened in the tab of the open page asks, wherever that page was opened from', async () => {
  openedFrom(`${HOST}/`)
  confirm.mockResolvedValue(true)

  expect(await openHostSession({ ...arrival, referrer: '' })).toBe(true)

  expect(confirm).toHaveBeenCalledOnce()
  expect(await openHostSession({ ...arrival, referrer: '' })).toBe(false)
})

describe('openHostSession while another user is signed in', () => {
  const conflict = { code: 'session_conflict', status: 409, title: '', detail: '', current: ann, requested: mallory }

  beforeEach(() => {
    answers.token = respond(mallory)
    answers.cookie = respond(ann)
    answers.sessions = [() => Response.json(conflict, { status: 409 }), respond(mallory)]
  })

  test.each(['', `${HOST}/`])(
    'asks once with both names, and changes nothing when declined (referrer "%s")',
    async (referrer) => {
      openedFrom(referrer)
      confirm.mockResolvedValue(false)

      await openHostSession(arrival)

      expect(confirm).toHaveBeenCalledExactlyOnceWith({ current: ann, requested: mallory })
      expect(posts()).toHaveLength(1)
      expect(arrived).not.toHaveBeenCalled()
      expect(window.location.hash).toBe('')
    },
  )

  test('replaces the session once confirmed', async () => {
    confirm.mockResolvedValue(true)

    await openHostSession(arrival)

    expect(new URL(posts()[1]?.url ?? '').search).toBe('?replace=true')
    expect(arrived).toHaveBeenCalledOnce()
  })
})
