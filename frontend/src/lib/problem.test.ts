import { describe, expect, test } from 'vitest'
import { ProblemError, parseProblem, problemOf, textBelow, unreachableProblem } from './problem'

const WIRE = {
  type: 'about:blank',
  title: 'HubSpot is limiting requests',
  status: 429,
  detail: 'HubSpot allows no more requests right now. Try again in 7 seconds.',
  code: 'upstream_rate_limited',
  retryable: true,
  retry_after: 7,
  action: 'wait',
  correlation_id: 'abc-1',
  missing_scopes: ['tickets', 5],
}

describe('parseProblem', () => {
  test('reads every field of problem+json', () => {
    expect(parseProblem(429, WIRE)).toEqual({
      code: 'upstream_rate_limited',
      status: 429,
      title: 'HubSpot is limiting requests',
      detail: WIRE.detail,
      action: 'wait',
      retryable: true,
      retryAfterS: 7,
      correlationId: 'abc-1',
      missingScopes: ['tickets'],
    })
  })

  test.each([502, 503, 504])('a gateway page with %i means that the service is not there', (status) => {
    expect(parseProblem(status, '<html>Bad gateway</html>')).toMatchObject({
      code: 'service_unreachable',
      status,
      retryable: true,
    })
  })

  test.each([undefined, null, '', 'text', {}, { code: 5 }])('an unknown body %j still gives a sentence', (body) => {
    const problem = parseProblem(418, body)

    expect(problem.code).toBe('unexpected_answer')
    expect(problem.detail).not.toBe('')
  })

  test('who is not signed in is told in words for a person', () => {
    const problem = parseProblem(401, { ...WIRE, code: 'token_expired', detail: 'Send a token.' })

    expect(problem).toMatchObject({ code: 'token_expired', action: 'sign_in', correlationId: 'abc-1' })
    expect(problem.detail).not.toContain('token')
  })

  test('an unknown action falls back to asking for support', () => {
    expect(parseProblem(400, { ...WIRE, action: 'dance' }).action).toBe('contact_support')
  })
})

describe('problemOf', () => {
  test('keeps the problem of a ProblemError', () => {
    expect(problemOf(new ProblemError(unreachableProblem())).code).toBe('service_unreachable')
  })

  test('gives any other error plain words and none of its own', () => {
    expect(problemOf(new TypeError('x is not a function')).detail).not.toContain('function')
  })
})

describe('textBelow', () => {
  test.each([
    ['The service is not answering', 'The service is not answering at the moment. Try again.', 'Try again.'],
    [
      'Too many requests',
      'Too many requests at once. Wait a moment. Then try again.',
      'Wait a moment. Then try again.',
    ],
    ['It took too long', 'It took too long.', ''],
    ['The connection has ended', 'Connect again.', 'Connect again.'],
    [
      'Too many requests',
      'Too many requests: at most 30 a minute. Wait.',
      'Too many requests: at most 30 a minute. Wait.',
    ],
    [
      'Not found',
      'Not found are the records with these five ids. Look.',
      'Not found are the records with these five ids. Look.',
    ],
  ])('below “%s”, “%s” reads “%s”', (title, detail, text) => {
    expect(textBelow({ title, detail })).toBe(text)
  })
})
