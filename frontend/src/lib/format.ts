/** Numbers, dates and property values as a person reads them, in the language of the texts. */
import { isDay } from './condition'
import { locale } from './language'
import { strings } from './strings'

const whole = new Intl.NumberFormat(locale)
const dayFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
const utcDayFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
const momentFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const monthFormat = new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' })
const relative = new Intl.RelativeTimeFormat(locale)
/** Also "now" and "yesterday". */
const relativeByName = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })

const ISO_START = /^\d{4}-\d{2}-\d{2}/
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/
const ISO_MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/
const ISO_MIDNIGHT_UTC = /^\d{4}-\d{2}-\d{2}T00:00(:00(\.0+)?)?(Z|\+00:00)$/

/** Seconds in each unit, largest first. */
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** Before the fraction of a number. */
export const decimalSign = whole.formatToParts(1.5).find((part) => part.type === 'decimal')?.value ?? '.'

export function formatCount(value: number): string {
  return whole.format(value)
}

/** A calendar day. A day without a time, and midnight in UTC (HubSpot's dates), do not move with the viewer's time zone. */
export function formatDay(iso: string): string {
  const time = Date.parse(iso)
  if (Number.isNaN(time)) return iso
  return (ISO_DAY.test(iso) || ISO_MIDNIGHT_UTC.test(iso) ? utcDayFormat : dayFormat).format(time)
}

export function formatMoment(iso: string): string {
  const time = Date.parse(iso)
  return Number.isNaN(time) ? iso : momentFormat.format(time)
}

/** "3 days ago"; under a minute it is "now". What is 30 hours ago was yesterday or the day before. */
export function formatAgo(iso: string, now: number = Date.now()): string {
  const time = Date.parse(iso)
  if (Number.isNaN(time)) return iso
  const seconds = (time - now) / 1000
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size)
  if (!unit) return relativeByName.format(0, 'second')
  if (unit[0] === 'day') return relativeByName.format(daysBetween(now, time), 'day')
  return relative.format(Math.round(seconds / unit[1]), unit[0])
}

/** By the calendar where the viewer is. */
function daysBetween(from: number, to: number): number {
  const [first, last] = [from, to].map((time) => new Date(time).setHours(0, 0, 0, 0))
  return Math.round(((last ?? 0) - (first ?? 0)) / 86_400_000)
}

/** An amount, with its currency when the code is one the browser knows. */
export function formatAmount(value: number, currency: string | null): string {
  return formatMoney(value, currency, 2)
}

/** A sum of amounts, without the small change. */
export function formatSum(value: number, currency: string | null): string {
  return formatMoney(value, currency, 0)
}

function formatMoney(value: number, currency: string | null, digits: number): string {
  if (!currency) return numberFormat(digits).format(value)
  const format = moneyFormat(currency, digits)
  return format ? format.format(value) : `${numberFormat(digits).format(value)} ${currency}`
}

/** "about" a length of time: "2 min", "45 s". */
export function formatDuration(seconds: number): string {
  const [value, unit] =
    seconds < 90 ? [seconds, 'second'] : seconds < 5400 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour']
  const digits = unit === 'second' && seconds < 10 ? 1 : 0
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value)
}

export function formatBytes(bytes: number): string {
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kilobyte'] : [bytes / 1_000_000, 'megabyte']
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value)
}

export function formatMonth(month: string): string {
  const time = Date.parse(`${month}-01T00:00:00Z`)
  return Number.isNaN(time) ? month : monthFormat.format(time)
}

/** Any property value: dates as dates, booleans as words, lists with commas. Null is empty. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? strings.value.yes : strings.value.no
  if (typeof value === 'number') return numberFormat(6).format(value)
  if (Array.isArray(value)) return value.map(formatValue).join(', ')
  if (typeof value !== 'string') return JSON.stringify(value)
  // Browsers take a thirtieth of February for the second of March.
  if (!ISO_START.test(value) || !isDay(value.slice(0, 10))) return value
  if (ISO_DAY.test(value) || ISO_MIDNIGHT_UTC.test(value)) return formatDay(value)
  return ISO_MOMENT.test(value) ? formatMoment(value) : value
}

/** `hs_lead_status` → "Lead status": readable when the portal gave no label. */
export function humanizeName(name: string): string {
  const words = name
    .replace(/^hs_/, '')
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase()
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1)
}

// Making a formatter takes a hundred times as long as using it.
const numberFormat = remembered((digits: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }))

/** Null for a code that is no currency. */
const moneyFormats = remembered((key: string) => {
  const [currency = '', digits] = key.split('/')
  try {
    const usual = new Intl.NumberFormat(locale, { style: 'currency', currency })
    const own = usual.resolvedOptions().maximumFractionDigits ?? 0
    // Some currencies have thousandths; an amount in one without decimals may have some all the same.
    const most = digits === '0' ? 0 : Math.max(Number(digits), own)
    return new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: most })
  } catch {
    return null
  }
})

function moneyFormat(currency: string, digits: number): Intl.NumberFormat | null {
  return moneyFormats(`${currency}/${String(digits)}`)
}

function remembered<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const made = make(key)
    known.set(key, made)
    return made
  }
}
