/** What a failed attempt to connect means to a person: what happened, who can do something, and what. */
import type { Problem } from '../../lib/problem'
import { strings } from '../../lib/strings'
import type { IntegrationDescriptor } from '../descriptor'

const words = strings.flow

type Descriptor = Pick<IntegrationDescriptor, 'label' | 'adminHint'>

interface FailureWords {
  readonly tone: 'warn' | 'bad'
  readonly title: string
  readonly text: string
  readonly hint?: string | undefined
}

/** `current` is the name of the connection that the attempt was to change: it stays as it is. */
export function failureWords(problem: Problem, descriptor: Descriptor, current: string | null = null): FailureWords {
  if (problem.code === 'oauth_denied') {
    const text = current === null ? words.deniedText : words.deniedKept(current)
    return { tone: 'warn', title: words.deniedTitle, text, hint: descriptor.adminHint }
  }
  if (problem.code === 'oauth_state_invalid')
    return { tone: 'warn', title: words.expiredTitle, text: words.expiredText }
  return { tone: 'bad', title: titleOf(problem.code, descriptor.label), text: problem.detail }
}

function titleOf(code: string, vendor: string): string {
  if (code === 'service_unreachable') return strings.problem.unreachableTitle
  if (code === 'provider_not_configured') return strings.connect.notConfigured
  if (VENDOR_AWAY.has(code)) return words.awayTitle(vendor)
  return words.failedTitle(vendor)
}

/** Codes under which the vendor itself is at fault. */
const VENDOR_AWAY = new Set([
  'upstream_unavailable',
  'upstream_timeout',
  'upstream_malformed',
  'upstream_error',
  'upstream_rate_limited',
  'upstream_migrating',
])
