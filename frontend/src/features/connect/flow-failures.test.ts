import { describe, expect, test } from 'vitest'
import { unreachableProblem, type Problem } from '../../lib/problem'
import { failureWords } from './flow-failures'

const HUBSPOT = { label: 'HubSpot', adminHint: 'A super admin has to do it.' }
const NOTION = { label: 'Notion' }

function problem(code: string): Problem {
  return { ...unreachableProblem(), code, detail: `detail of ${code}` }
}

describe('failureWords', () => {
  test('each way to fail has a title of its own', () => {
    const codes = [
      'oauth_denied',
      'oauth_state_invalid',
      'service_unreachable',
      'provider_not_configured',
      'upstream_timeout',
      'oauth_code_rejected',
    ]

    const titles = codes.map((code) => failureWords(problem(code), HUBSPOT).title)

    expect(new Set(titles).size).toBe(codes.length)
  })

  test('a denial says who else could allow it', () => {
    expect(failureWords(problem('oauth_denied'), HUBSPOT).hint).toMatch(/super admin/)
  })

  test('a vendor’s own words for it are no other vendor’s', () => {
    expect(failureWords(problem('oauth_denied'), NOTION).hint).toBeUndefined()
  })

  test('a denial does not claim that an existing connection is gone', () => {
    expect(failureWords(problem('oauth_denied'), HUBSPOT, 'Northwind').text).toMatch(/Northwind is unchanged/)
    expect(failureWords(problem('oauth_denied'), HUBSPOT).text).toMatch(/Nothing was connected/)
  })

  test('a vendor that is away is named', () => {
    expect(failureWords(problem('upstream_unavailable'), NOTION).title).toBe('Notion is not responding')
  })
})
