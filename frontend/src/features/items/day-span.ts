/** Calendar days where the viewer is, and moments that lie between two of them. Pure. */

const DAY_OR_MIDNIGHT_UTC = /^(\d{4}-\d{2}-\d{2})(T00:00(:00(\.0+)?)?(Z|\+00:00))?$/

/** The calendar day of a moment where the viewer is; a day without a time does not move with the time zone. */
export function dayOf(iso: string | null): string | null {
  if (!iso) return null
  const plain = DAY_OR_MIDNIGHT_UTC.exec(iso)
  if (plain) return plain[1] ?? null
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return null
  return dayString(time)
}

export function dayString(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
}

/** The day `days` later, earlier for a negative number. */
export function dayAfter(day: string, days: number): string {
  return dayString(midnight(day, days))
}

/**
 * Whether the day of a time is in the span, both days included; null is open. What is no time is in none.
 *
 * Compares moments with the span's two ends: naming the day of 100,000 moments takes much longer.
 */
export function daySpan(from: string | null, to: string | null): (iso: string) => boolean {
  const start = from === null ? -Infinity : midnight(from, 0).getTime()
  const end = to === null ? Infinity : midnight(to, 1).getTime()
  return (iso) => {
    const day = iso.length === 10 || iso.includes('T00:00') ? DAY_OR_MIDNIGHT_UTC.exec(iso)?.[1] : undefined
    if (day !== undefined) return (from === null || day >= from) && (to === null || day <= to)
    const time = Date.parse(iso)
    return time >= start && time < end
  }
}

/** The beginning of a day where the viewer is, `days` later. */
function midnight(day: string, days: number): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const time = new Date(year, month - 1, date + days)
  // The years 0 to 99 are no short forms.
  if (year < 100) time.setFullYear(year, month - 1, date + days)
  return time
}
