/** Where a value leads: an e-mail address, a page of the web, a telephone number. Pure. */
import type { Meaning } from '../descriptor'

const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/
const DOMAIN = /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+(\/\S*)?$/u
/** Digits as people group them; the extension is dialed after the call is answered. */
const PHONE = /^(\+?[\d\s()./-]{3,}\d)(?:\s*(?:x|ext\.?)\s*(\d+))?$/i

/** Null for a text that is no address of its kind, such as two addresses in one field. */
export function linkTo(meaning: Meaning | undefined, text: string): string | null {
  if (meaning === 'email') return EMAIL.test(text) ? `mailto:${encodeURIComponent(text).replace('%40', '@')}` : null
  if (meaning === 'phone') return phoneLink(text)
  return meaning === 'web' ? webLink(text) : null
}

function phoneLink(text: string): string | null {
  const [, number, extension] = PHONE.exec(text.trim()) ?? []
  if (number === undefined) return null
  const digits = number.replace(/[^\d+]/g, '')
  return extension === undefined ? `tel:${digits}` : `tel:${digits};ext=${extension}`
}

/** Only https; a bare domain is taken for one. An address with a user's name before its host is misleading. */
function webLink(text: string): string | null {
  const address = DOMAIN.test(text) ? `https://${text}` : text
  if (!URL.canParse(address)) return null
  const { protocol, username, password, href } = new URL(address)
  return protocol === 'https:' && username + password === '' ? href : null
}
