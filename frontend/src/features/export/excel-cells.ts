/** What Excel's cells hold: numbers as numbers, dates as dates, and text that is never a formula. Pure. */
import { isDay } from '../../lib/condition'
import type { Cell } from '../descriptor'

export type ExcelCell = string | number | boolean | Date | null

/** Source: Excel specifications and limits. */
export const MAX_TEXT = 32_767
const MAX_NAME = 31

const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/
const ISO_MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/
/** Excel's calendar begins here, and counts a 29 February 1900 that never was. */
const FIRST_DAY = Date.UTC(1900, 2, 1)
const END_OF_TIME = Date.UTC(10_000, 0, 1)

/** Times are in UTC, as in the other files: Excel knows no time zones. */
export function excelCell(cell: Cell): ExcelCell {
  if (typeof cell !== 'string') return cell
  return dateOf(cell) ?? shortened(cell)
}

/** Longer texts make Excel call the file damaged. */
function shortened(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text
}

function dateOf(text: string): Date | null {
  if ((!ISO_DAY.test(text) && !ISO_MOMENT.test(text)) || !isDay(text.slice(0, 10))) return null
  const time = Date.parse(text)
  return time >= FIRST_DAY && time < END_OF_TIME ? new Date(time) : null
}

/** Names that Excel accepts: short, without its own signs, and each once. */
export function sheetNames(labels: readonly string[]): readonly string[] {
  const taken = new Set(['', 'history'])
  return labels.map((label) => {
    const plain = trimmed(label.replace(/[[\]:*?/\\]/g, ' '))
    for (let number = 1; ; number++) {
      const suffix = number === 1 ? '' : ` ${String(number)}`
      const name = `${trimmed(plain.slice(0, MAX_NAME - suffix.length))}${suffix}`.trim()
      if (taken.has(name.toLowerCase())) continue
      taken.add(name.toLowerCase())
      return name
    }
  })
}

function trimmed(name: string): string {
  return name.replace(/^['\s]+|['\s]+$/g, '')
}
